import { describe, expect, it } from 'vitest';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { sendsZeroRecords, zeroHourAfter, zeroRecordDimensions } from '../../lambdas/shared/domain/zero-records';
import { aProduct } from '../builders/a-payer';

const dimensions = [
  { apiName: 'events', unit: 'event', zeroRecords: true },
  { apiName: 'compute_hours', unit: 'hour' },
  { apiName: 'seats', unit: 'seat', zeroRecords: false },
];

describe('zero records', () => {
  it('sends zero records of the configured dimensions', () => {
    expect(zeroRecordDimensions(aProduct({ dimensions }))).toEqual(['events']);
    expect(zeroRecordDimensions(aProduct({ dimensions, pricingModel: 'contractWithConsumption' }))).toEqual(['events']);
  });

  it('sends no zero records of a product that is not metered', () => {
    expect(zeroRecordDimensions(aProduct({ dimensions, pricingModel: 'contract' }))).toEqual([]);
  });

  it('sends zero records of active subscriptions only', () => {
    const product = aProduct({ dimensions });
    expect(sendsZeroRecords('active', { product, dimension: 'events' })).toBe(true);
    expect(sendsZeroRecords('active', { product, dimension: 'seats' })).toBe(false);
    for (const state of ['pending', 'ending', 'ended'] as const) {
      expect(sendsZeroRecords(state, { product, dimension: 'events' })).toBe(false);
    }
  });
});

describe('the hour that goes on after a sealed one', () => {
  const at = (time: string) => Date.parse(`${time}:00Z`);
  const after = (sealed: string, now: string) => zeroHourAfter(hourOf(at(`${sealed}:00`)), at(now));

  it('opens the next hour after a sealed one', () => {
    expect(after('2026-03-10T12', '2026-03-10T13:05')).toBe('2026-03-10T13');
    expect(after('2026-03-10T12', '2026-03-11T11:59')).toBe('2026-03-10T13');
  });

  it('skips hours that AWS would no longer accept', () => {
    expect(after('2026-03-10T12', '2026-03-11T13:00')).toBe('2026-03-10T14');
    expect(after('2026-03-01T00', '2026-03-11T13:00')).toBe('2026-03-10T14');
  });
});
