import { describe, expect, it } from 'vitest';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { isAboveMaximum, isNewlyHeld, isOnHold, leewayOf, maxPerHourOf } from '../../lambdas/shared/domain/hold';
import { aProduct } from '../builders/a-payer';

const at = (time: string) => Date.parse(time);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);

describe('a hold', () => {
  const hour = { subscriptionId: 's-1', dimension: 'events', productCode: 'p' };

  it.each([
    ['its product', { of: 'product', id: 'p' }, true],
    ['its subscription', { of: 'subscription', id: 's-1' }, true],
    ['its dimension of the product', { of: 'product', id: 'p', dimension: 'events' }, true],
    ['another dimension', { of: 'product', id: 'p', dimension: 'other' }, false],
    ['another product', { of: 'product', id: 's-1' }, false],
    ['another subscription', { of: 'subscription', id: 'p' }, false],
  ] as const)('of %s covers an hour: %p is %p', (_name, hold, covers) => {
    const other = { of: 'product', id: 'other' } as const;
    expect([isOnHold([hold], hour), isOnHold([other, hold], hour)]).toEqual([covers, covers]);
  });
});

describe('the time for which usage can be held back', () => {
  const rules = { holdUntilHours: 4, heldUsage: 'carry' as const };

  it("ends some hours before AWS's window", () => {
    const { untilMs, afterwards } = leewayOf(at('2026-03-10T12:00Z'), { state: 'active' }, rules);
    expect([iso(untilMs), afterwards]).toEqual(['2026-03-11T08:00', 'carry']);
  });

  it.each([
    ['of nobody', undefined],
    ['that came back', { state: 'active' as const, endingAt: '2026-03-10T12:30:00.000Z' }],
    ['whose end has no time', { state: 'ending' as const, endingAt: undefined }],
  ])('is that of any hour for a subscription %s', (_, subscription) => {
    const { untilMs, afterwards } = leewayOf(at('2026-03-10T12:00Z'), subscription, rules);
    expect([iso(untilMs), afterwards]).toEqual(['2026-03-11T08:00', 'carry']);
  });

  it('is short for the last hours of a month', () => {
    expect(iso(leewayOf(at('2026-03-31T23:00Z'), { state: 'active' }, rules).untilMs)).toBe('2026-04-01T02:00');
  });

  it('leaves the last passes after the end of a subscription, which send: no later hour could bill it', () => {
    const ending = { state: 'ending' as const, endingAt: '2026-03-10T12:30:00.000Z' };
    const { untilMs, afterwards } = leewayOf(at('2026-03-10T12:00Z'), ending, rules);
    expect([iso(untilMs), afterwards]).toEqual(['2026-03-10T13:10', 'send']);
  });
});

describe('the maximum of an hour', () => {
  it('is text or a number in the configuration, and none by default', () => {
    const dimensions = [
      { apiName: 'a', unit: 'x', maxPerHour: '10.5' },
      { apiName: 'b', unit: 'x', maxPerHour: 7 },
    ];
    const product = aProduct({ dimensions: [...dimensions, { apiName: 'c', unit: 'x' }] });
    expect(['a', 'b', 'c'].map((name) => maxPerHourOf(product, name)?.toString())).toEqual(['10.5', '7', undefined]);
    expect([maxPerHourOf(product, 'unlisted'), maxPerHourOf(undefined, 'a')]).toEqual([undefined, undefined]);
    expect(isAboveMaximum(decimal(10), undefined, {})).toBe(false);
  });

  it('stops what is above it, up to the quantity that was released', () => {
    const released = { quantity: decimal(12), by: 'a', atMs: 0, reason: 'tested' as const };
    expect(isAboveMaximum(decimal(10), decimal(10), {})).toBe(false);
    expect(isAboveMaximum(decimal('10.000001'), decimal(10), {})).toBe(true);
    expect(isAboveMaximum(decimal(12), decimal(10), { released })).toBe(false);
    expect(isAboveMaximum(decimal(13), decimal(10), { released })).toBe(true);
    expect(isNewlyHeld({})).toBe(true);
    expect(isNewlyHeld({ heldQuantity: decimal(12) })).toBe(false);
    expect(isNewlyHeld({ heldQuantity: decimal(12), released })).toBe(true);
    expect(isNewlyHeld({ heldQuantity: decimal(13), released })).toBe(false);
  });
});
