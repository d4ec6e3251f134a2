import { describe, expect, it } from '@jest/globals';
import { MeteringBatcher } from '../../lambdas/shared/domain/metering-batch';
import type { Allocation, CustomerIdentity } from '../../lambdas/shared/domain/metering-record';
import { aSealedRecord } from '../builders/a-sealed-record';

function batchesOf(records: ReturnType<typeof aSealedRecord>[]) {
  const batcher = new MeteringBatcher();
  return [...records.flatMap((record) => batcher.add(record)), ...batcher.rest()];
}

const many = (length: number, overrides = {}) => Array.from({ length }, () => aSealedRecord(overrides));

describe('metering calls', () => {
  it.each([
    [0, 0],
    [1, 1],
    [25, 1],
    [26, 2],
    [260, 11],
  ])('take %p records in %p calls', (records, calls) => {
    expect(batchesOf(many(records))).toHaveLength(calls);
  });

  it('never mix products or identity modes', () => {
    const legacy: CustomerIdentity = { mode: 'legacy', customerIdentifier: 'c-1' };
    const batches = batchesOf([
      ...many(3, { productCode: 'a' }),
      ...many(3, { productCode: 'b' }),
      ...many(3, { productCode: 'a', customer: legacy }),
      ...many(3, { productCode: 'a' }),
    ]);
    expect(batches.map((batch) => batch.length).sort()).toEqual([3, 3, 6]);
    for (const batch of batches) {
      expect(new Set(batch.map(({ record }) => `${record.productCode}${record.customer.mode}`)).size).toBe(1);
    }
  });

  it('stay below 1 MB with the largest records', () => {
    const allocations: Allocation[] = Array.from({ length: 400 }, (_, n) => ({
      quantity: 1,
      tags: { Department: `${'x'.repeat(250)}${n}`, Project: 'y'.repeat(250) },
    }));
    const batches = batchesOf(many(20, { allocations }));
    expect(batches.flat()).toHaveLength(20);
    expect(batches.length).toBeGreaterThan(4);
    for (const batch of batches) expect(JSON.stringify(batch).length).toBeLessThan(1_000_000);
  });
});
