import { describe, expect, it } from 'vitest';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import type { Allocation, MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import { toWholeRecord } from '../../lambdas/shared/domain/whole-record';
import { aPayer, PRODUCT_CODE } from '../builders/a-payer';

const aRecord = (overrides: Partial<MeteringRecord>): MeteringRecord => ({
  productCode: PRODUCT_CODE,
  customer: aPayer().customer,
  dimension: 'events',
  timestampSeconds: 1_773_144_000,
  form: 'decimal',
  quantity: '15.8',
  ...overrides,
});

const whole = (overrides: Partial<MeteringRecord>) => {
  const { record, rest } = toWholeRecord(aRecord(overrides));
  return { quantity: record?.quantity, allocations: record?.allocations, rest: decimalText(rest) };
};

describe('a decimal record in whole units', () => {
  it('keeps its whole part, and leaves the rest', () => {
    expect(toWholeRecord(aRecord({})).record).toEqual(aRecord({ form: 'whole', quantity: '15' }));
    expect(whole({})).toMatchObject({ quantity: '15', rest: '0.8' });
  });

  it('is nothing to send below one unit, but a zero record stays one', () => {
    expect(whole({ quantity: '0.999999' })).toMatchObject({ quantity: undefined, rest: '0.999999' });
    expect(whole({ quantity: '0' })).toMatchObject({ quantity: '0', rest: '0' });
  });

  it('is limited to the largest whole quantity', () => {
    expect(whole({ quantity: '9999999999.999999' })).toMatchObject({
      quantity: '2147483647',
      rest: '7852516352.999999',
    });
  });

  it('shares out whole allocations that sum to its quantity, and leaves out empty ones', () => {
    const allocations: Allocation[] = [
      { quantity: '10.4', tags: { Department: 'a' } },
      { quantity: '5.3', tags: { Department: 'b' } },
      { quantity: '0.1', tags: {} },
    ];
    expect(whole({ allocations }).allocations).toEqual([
      { quantity: '10', tags: { Department: 'a' } },
      { quantity: '5', tags: { Department: 'b' } },
    ]);
  });

  it('keeps what is untagged beside what is tagged', () => {
    const allocations: Allocation[] = [
      { quantity: '14.3', tags: { Department: 'a' } },
      { quantity: '1.5', tags: {} },
    ];
    const units = whole({ allocations }).allocations?.map(({ quantity }) => quantity);
    expect(units).toEqual(['14', '1']);
  });

  it('has no allocations when only the untagged one is left', () => {
    const allocations: Allocation[] = [
      { quantity: '0.1', tags: { Department: 'a' } },
      { quantity: '1.7', tags: {} },
    ];
    expect(whole({ quantity: '1.8', allocations })).toEqual({ quantity: '1', allocations: undefined, rest: '0.8' });
  });
});
