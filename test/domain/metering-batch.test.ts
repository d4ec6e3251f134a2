import { describe, expect, it } from 'vitest';
import { MAX_CALL_BYTES } from '../../lambdas/shared/domain/marketplace-limits';
import { MeteringBatcher, recordBytes } from '../../lambdas/shared/domain/metering-batch';
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
  ])('puts %p records into %p calls', (records, calls) => {
    expect(batchesOf(many(records))).toHaveLength(calls);
  });

  it('makes no call with several products or identity modes', () => {
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

  it('makes no call with both forms of quantities', () => {
    const records = [...many(3, { form: 'decimal' }), ...many(3, { form: 'whole' }), ...many(3, { form: 'decimal' })];
    const forms = batchesOf(records).map((batch) => [...new Set(batch.map(({ record }) => record.form))].join());
    expect(forms.sort()).toEqual(['decimal', 'whole']);
  });

  it('keeps calls below 1 MB with the largest records', () => {
    const allocations: Allocation[] = Array.from({ length: 400 }, (_, n) => ({
      quantity: '1',
      tags: { Department: `${'x'.repeat(250)}${n}`, Project: 'y'.repeat(250) },
    }));
    const batches = batchesOf(many(20, { allocations }));
    expect(batches.flat()).toHaveLength(20);
    expect(batches.length).toBeGreaterThan(4);
    for (const batch of batches) expect(JSON.stringify(batch).length).toBeLessThan(1_000_000);
  });

  it('fills calls, but keeps them below 1 MB by the upper bound of their records', () => {
    const allocations = Array.from({ length: 100 }, (_, n) => ({ quantity: '1', tags: { n: `${n}`.padStart(426) } }));
    const bytesOf = (batch: readonly ReturnType<typeof aSealedRecord>[]) =>
      batch.reduce((bytes, { record }) => bytes + recordBytes(record), 0);
    const [full = [], rest = []] = batchesOf(many(20, { allocations }));
    expect(bytesOf(full)).toBeLessThan(MAX_CALL_BYTES);
    expect(bytesOf([...full, ...rest.slice(0, 1)])).toBeGreaterThan(MAX_CALL_BYTES - 50_000);
  });

  it('hands out each call once', () => {
    const batcher = new MeteringBatcher();
    batcher.add(aSealedRecord());
    expect(batcher.rest()).toHaveLength(1);
    expect(batcher.rest()).toEqual([]);
  });
});

describe('the bytes of a record', () => {
  it('estimates no fewer bytes than the longest request for a record has', () => {
    const dimension = '\u0001'.repeat(255);
    const { record } = aSealedRecord({ dimension, allocations: [{ quantity: '7', tags: { Department: 'legal' } }] });
    const request = {
      Timestamp: record.timestampSeconds,
      Dimension: dimension,
      QuantityAsDecimal: '9999999999.999999',
      CustomerAWSAccountId: '1'.repeat(255),
      LicenseArn: 'l'.repeat(200),
      UsageAllocations: [
        { AllocatedUsageQuantityAsDecimal: '9999999999.999999', Tags: [{ Key: 'Department', Value: 'legal' }] },
      ],
    };
    expect(recordBytes(record)).toBeGreaterThanOrEqual(JSON.stringify(request).length);
  });
});
