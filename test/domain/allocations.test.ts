import { describe, expect, it } from 'vitest';
import {
  allocate,
  allocationBytes,
  MAX_ALLOCATIONS_BYTES,
  type AllocationInput,
} from '../../lambdas/shared/domain/allocations';
import { decimal, sum, ZERO } from '../../lambdas/shared/domain/decimal';
import { largestRemainder } from '../../lambdas/shared/domain/largest-remainder';
import { MAX_ALLOCATIONS_PER_RECORD } from '../../lambdas/shared/domain/marketplace-limits';
import { recordBytes } from '../../lambdas/shared/domain/metering-batch';
import type { Allocation, MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import type { TagSet } from '../../lambdas/shared/domain/tag-set';
import type { Fold } from '../../lambdas/shared/domain/usage-tally';
import { aSealedRecord } from '../builders/a-sealed-record';

const KEYS = ['Department', 'Project'];

function foldOf(...events: [quantity: string, tags: TagSet][]): Fold {
  return new Map(
    events.map(([quantity, tags], index) => [`#${index}`, { key: `#${index}`, quantity: decimal(quantity), tags }]),
  );
}

const total = (allocations: Allocation[] = []) => sum(allocations.map(({ quantity }) => decimal(quantity))).toFixed();

const allocateUnits = (units: number, input: Omit<AllocationInput, 'form'>) =>
  allocate(decimal(units), { form: 'whole', ...input });

describe('allocations', () => {
  it('allocates by tag set, whatever the order of the tags', () => {
    const fold = foldOf(
      ['3', { Department: 'finance', Project: 'x' }],
      ['4', { Project: 'x', Department: 'finance' }],
      ['2', { Department: 'legal' }],
    );
    expect(allocateUnits(9, { fold, carriedIn: ZERO, allowedTagKeys: KEYS })).toEqual([
      { quantity: '7', tags: { Department: 'finance', Project: 'x' } },
      { quantity: '2', tags: { Department: 'legal' } },
    ]);
  });

  it('allocates nothing when nothing is tagged', () => {
    expect(allocateUnits(9, { fold: foldOf(['9', {}]), carriedIn: ZERO, allowedTagKeys: KEYS })).toBeUndefined();
  });

  it('allocates untagged usage and carried usage together', () => {
    const fold = foldOf(['2', { Department: 'legal' }], ['3', {}]);
    expect(allocateUnits(6, { fold, carriedIn: decimal(1), allowedTagKeys: KEYS })).toEqual([
      { quantity: '2', tags: { Department: 'legal' } },
      { quantity: '4', tags: {} },
    ]);
  });

  it('bills usage under a tag key that is not allowed, without the tag', () => {
    const fold = foldOf(['2', { Department: 'legal', Secret: 'x' }], ['1', { Secret: 'y' }]);
    expect(allocateUnits(3, { fold, carriedIn: ZERO, allowedTagKeys: KEYS })).toEqual([
      { quantity: '2', tags: { Department: 'legal' } },
      { quantity: '1', tags: {} },
    ]);
  });

  it('gives remaining units to equal shares in order of their tags', () => {
    const events = ['c', 'a', 'd', 'b'].map((Department): [string, TagSet] => ['1', { Department }]);
    for (const inSomeOrder of [events, [...events].reverse()]) {
      const allocations = allocateUnits(6, { fold: foldOf(...inSomeOrder), carriedIn: ZERO, allowedTagKeys: KEYS });
      expect(allocations?.map(({ quantity, tags }) => [tags.Department, quantity])).toEqual([
        ['a', '2'],
        ['b', '2'],
        ['c', '1'],
        ['d', '1'],
      ]);
    }
  });

  it('allocates nothing to tags under which nothing was used', () => {
    const fold = foldOf(['0', { Department: 'a' }], ['2', { Department: 'b' }]);
    expect(allocateUnits(2, { fold, carriedIn: ZERO, allowedTagKeys: KEYS })).toEqual([
      { quantity: '2', tags: { Department: 'b' } },
    ]);
  });

  it('drops allocations of 0', () => {
    const fold = foldOf(['0.9', { Department: 'a' }], ['0.1', { Department: 'b' }]);
    expect(allocateUnits(1, { fold, carriedIn: ZERO, allowedTagKeys: KEYS })).toEqual([
      { quantity: '1', tags: { Department: 'a' } },
    ]);
  });

  it('folds the smallest of more than 2,500 tag sets into the untagged allocation', () => {
    const events = Array.from({ length: 3000 }, (_, n): [string, TagSet] => [String(n + 1), { Department: `d${n}` }]);
    const quantity = (3000 * 3001) / 2;
    const allocations =
      allocateUnits(quantity, { fold: foldOf(...events), carriedIn: ZERO, allowedTagKeys: KEYS }) ?? [];
    expect(allocations).toHaveLength(2500);
    expect(total(allocations)).toBe(String(quantity));
    expect(allocations[0]).toEqual({ quantity: '3000', tags: { Department: 'd2999' } });
    expect(allocations.at(-1)).toEqual({ quantity: String((501 * 502) / 2), tags: {} });
  });

  it('folds allocations that would make the record too large into the untagged one', () => {
    const long = 'x'.repeat(250);
    const events = Array.from({ length: 2000 }, (_, n): [string, TagSet] => [
      '1',
      { Department: `${long}${n}`, Project: long },
    ]);
    const allocations = allocateUnits(2000, { fold: foldOf(...events), carriedIn: ZERO, allowedTagKeys: KEYS }) ?? [];
    expect(total(allocations)).toBe('2000');
    expect(JSON.stringify(allocations).length).toBeLessThan(MAX_ALLOCATIONS_BYTES);
    expect(allocations.length).toBeGreaterThan(400);
    expect(allocations.at(-1)?.tags).toEqual({});
  });
});

describe('decimal allocations', () => {
  const allocateDecimals = (quantity: string, input: Omit<AllocationInput, 'form'>) =>
    allocate(decimal(quantity), { form: 'decimal', ...input });

  it('shares out millionths, which sum to the quantity', () => {
    const fold = foldOf(['1', { Department: 'a' }], ['1', { Department: 'b' }], ['1', { Department: 'c' }]);
    const allocations = allocateDecimals('0.000004', { fold, carriedIn: ZERO, allowedTagKeys: KEYS });
    expect(allocations?.map(({ quantity }) => quantity)).toEqual(['0.000002', '0.000001', '0.000001']);
  });

  it('allocates the largest quantity to the millionth', () => {
    const fold = foldOf(['5000000000', { Department: 'a' }], ['5000000000', { Department: 'b' }]);
    const allocations = allocateDecimals('9999999999.999999', { fold, carriedIn: ZERO, allowedTagKeys: KEYS });
    expect(allocations?.map(({ quantity }) => quantity)).toEqual(['5000000000', '4999999999.999999']);
  });

  it('takes covered usage off every tag set without rounding', () => {
    // A third of the usage under each tag set remains, which no decimal can hold.
    const fold = foldOf(['1', { Department: 'a' }], ['1', { Department: 'b' }], ['1', {}]);
    const coveredQuantity = decimal(2);
    const input = { fold, coveredQuantity, carriedIn: decimal('0.000001'), allowedTagKeys: KEYS };
    expect(allocateDecimals('1.000001', input)).toEqual([
      { quantity: '0.333334', tags: { Department: 'a' } },
      { quantity: '0.333333', tags: { Department: 'b' } },
      { quantity: '0.333334', tags: {} },
    ]);
  });
});

describe('the largest record', () => {
  /** As many allocations as there may be, with decimal quantities of every digit. */
  const largestRecord = (): MeteringRecord => {
    const tags = (n: number): TagSet => ({ Department: String(n).padStart(22, '0') });
    const fold = foldOf(...Array.from({ length: 2600 }, (_, n): [string, TagSet] => ['3846153.846153', tags(n)]));
    const quantity = '9999999999.999999';
    const input: AllocationInput = { form: 'decimal', fold, carriedIn: ZERO, allowedTagKeys: KEYS };
    const { record } = aSealedRecord({ form: 'decimal', quantity, dimension: '\u0001'.repeat(255) });
    return { ...record, allocations: allocate(decimal(quantity), input) };
  };

  it('fits into an item of DynamoDB, and three of them into a call of AWS', () => {
    const record = largestRecord();
    expect(record.allocations).toHaveLength(MAX_ALLOCATIONS_PER_RECORD);
    const stored = Buffer.byteLength(JSON.stringify(record));
    const sent = Buffer.byteLength(JSON.stringify(sentAs(record)));
    expect(stored).toBeLessThan(390_000);
    expect(sent).toBeLessThanOrEqual(recordBytes(record));
    expect(3 * recordBytes(record)).toBeLessThan(950_000);
  });
});

/** As the request for AWS has it, with the longest customer that it may name. */
const sentAs = ({ timestampSeconds, dimension, quantity, allocations = [] }: MeteringRecord) => ({
  Timestamp: timestampSeconds,
  Dimension: dimension,
  QuantityAsDecimal: quantity,
  CustomerAWSAccountId: '111122223333',
  LicenseArn: 'l'.repeat(200),
  UsageAllocations: allocations.map(({ quantity: AllocatedUsageQuantityAsDecimal, tags }) => ({
    AllocatedUsageQuantityAsDecimal,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  })),
});

describe('the bytes of allocations', () => {
  it('counts the bytes of an allocation as in the request, with the longest quantity', () => {
    const tagSets: TagSet[] = [
      {},
      { Department: 'legal' },
      { Department: 'legal', Project: 'x'.repeat(256), 'a b': '1' },
    ];
    for (const tags of tagSets) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const bytes = JSON.stringify({ AllocatedUsageQuantityAsDecimal: '9999999999.999999', Tags }).length + ','.length;
      expect(allocationBytes(tags)).toBeGreaterThanOrEqual(bytes);
      expect(allocationBytes(tags)).toBeLessThan(bytes + 10);
    }
  });

  it('fills the bytes of a record up to the last allocation that fits', () => {
    const value = (n: number) => String(n).padStart(117, '0');
    const events = Array.from({ length: 700 }, (_, n): [string, TagSet] => [
      '1',
      { Department: 'x'.repeat(256), Project: value(n) },
    ]);
    const kept = MAX_ALLOCATIONS_BYTES / allocationBytes(events[0]?.[1] ?? {});
    expect(kept).toBe(600);
    const allocations = allocateUnits(700, { fold: foldOf(...events), carriedIn: ZERO, allowedTagKeys: KEYS });
    expect(allocations).toHaveLength(kept + 1);
    expect(allocations?.at(-1)).toEqual({ quantity: '100', tags: {} });
  });
});

describe('largest remainder', () => {
  it('gives remaining units to the largest fractions, the earlier first among equals', () => {
    expect(largestRemainder(10n, [decimal('3.3'), decimal('3.3'), decimal('3.4')])).toEqual([3n, 3n, 4n]);
    expect(largestRemainder(10n, [decimal(1), decimal(1), decimal(1)])).toEqual([4n, 3n, 3n]);
    expect(largestRemainder(3n, [decimal(5), decimal(3), decimal(2)])).toEqual([1n, 1n, 1n]);
  });

  it('divides nothing when there is no weight', () => {
    expect(largestRemainder(0n, [ZERO, ZERO])).toEqual([0n, 0n]);
  });
});
