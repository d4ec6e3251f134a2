import { describe, expect, it } from 'vitest';
import { decimal, sum } from '../../../lambdas/shared/domain/decimal';
import type { Hour } from '../../../lambdas/shared/domain/hour';
import type { HourFields } from '../../../lambdas/shared/domain/hourly-usage';
import { arithmeticDrawing, arithmeticOf } from '../../../ops/console/charts/arithmetic';
import { draw, timeTick } from '../../../ops/console/charts/draw';

const HOUR: HourFields = {
  subscriptionId: 's-1',
  dimension: 'events',
  hour: '2026-07-03T14' as Hour,
  tallies: 1,
  state: 'billed',
};
const record = {
  productCode: 'p',
  customer: { mode: 'license', customerAWSAccountId: '111122223333', licenseArn: 'arn' },
  dimension: 'events',
  timestampSeconds: 0,
  quantity: '91.5',
  form: 'decimal',
} as const;

describe('the picture of an hour', () => {
  const hour = {
    ...HOUR,
    record,
    coveredQuantity: decimal('150'),
    carriedIn: decimal('0.7'),
    carriedOut: decimal('0.7'),
  };
  const parts = arithmeticOf({ hour, used: decimal('241.5') });

  it('has two bars of one length: what went in, and what came out', () => {
    const length = (row: 'in' | 'out') => sum(parts.filter((part) => part.row === row).map(({ quantity }) => quantity));
    expect(length('in').toString()).toBe('242.2');
    expect(length('in').eq(length('out'))).toBe(true);
  });

  it('is an SVG without a script, with the names of wide parts', async () => {
    const svg = await draw(arithmeticDrawing(parts));
    expect(svg).toMatch(/^<svg [^]*<\/svg>$/);
    for (const text of ['used', '241.5', 'covered', '150', 'billed', '91.5']) expect(svg).toContain(`>${text}<`);
    expect(svg).not.toContain('<script');
  });

  it('is drawn for an hour without usage too', async () => {
    const nothing = arithmeticOf({ hour: { ...HOUR, state: 'open' }, used: decimal('0') });
    expect(nothing).toEqual([]);
    expect(await draw(arithmeticDrawing(nothing))).toContain('<svg');
  });

  it('names times on its axes in UTC and in 24 hours', () => {
    expect(timeTick(new Date('2026-07-03T14:00:00Z'))).toBe('14:00');
    expect(timeTick(new Date('2026-07-03T00:00:00Z'))).toBe('07-03');
    expect(timeTick(new Date('2027-01-01T00:00:00Z'))).toBe('2027');
  });
});
