import { expect, it } from 'vitest';
import fc from 'fast-check';
import { quantityText } from '../../../simulator/rules/quantity';
import { aScene, metered, meteringOutcome, type Scene } from '../a-marketplace';

const decimal = (QuantityAsDecimal: unknown) => ({ Quantity: undefined, QuantityAsDecimal });
const share = (AllocatedUsageQuantityAsDecimal: string, team?: string) => ({
  AllocatedUsageQuantityAsDecimal,
  ...(team !== undefined && { Tags: [{ Key: 'Team', Value: team }] }),
});
const whole = (AllocatedUsageQuantity: number, team: string) => ({
  AllocatedUsageQuantity,
  Tags: [{ Key: 'Team', Value: team }],
});
const billed = ({ marketplace }: Scene) => marketplace.ledger().map(({ quantity }) => quantity);

it.each([
  ['0', '0'],
  ['0.000000', '0'],
  ['0.000001', '0.000001'],
  ['17.42', '17.42'],
  ['17.420', '17.42'],
  ['9999999999.999999', '9999999999.999999'],
])('bills the decimal quantity %s as %s and returns the field as it was sent', (sent, text) => {
  const scene = aScene();

  const { Results } = metered(scene.marketplace, [scene.aRecord(decimal(sent))]);

  expect(Results).toMatchObject([{ Status: 'Success', UsageRecord: { QuantityAsDecimal: sent } }]);
  expect(Results[0]?.UsageRecord).not.toHaveProperty('Quantity');
  expect(billed(scene)).toEqual([text]);
});

it.each([
  ['an empty text', '', 'ValidationException'],
  ['a sign', '-1', 'ValidationException'],
  ['a plus sign', '+1', 'ValidationException'],
  ['a leading zero', '01', 'ValidationException'],
  ['no digit before the point', '.5', 'ValidationException'],
  ['no digit after the point', '5.', 'ValidationException'],
  ['a seventh decimal', '0.0000001', 'ValidationException'],
  ['an eleventh digit', '10000000000', 'ValidationException'],
  ['an exponent', '1e3', 'ValidationException'],
  ['a comma', '1,5', 'ValidationException'],
  ['a line feed', '5\n', 'ValidationException'],
  ['eighteen characters', '9999999999.9999990', 'ValidationException'],
  ['a number instead of a text', 17.42, 'SerializationException'],
])('bills nothing of a batch with a decimal quantity with %s', (_, quantity, type) => {
  const scene = aScene();

  const records = [scene.aRecord({ Dimension: 'storage' }), scene.aRecord(decimal(quantity))];

  expect(meteringOutcome(scene.marketplace, records)).toBe(type);
  expect(billed(scene)).toEqual([]);
});

it('bills nothing of a batch with both quantities in one record, even if they are equal', () => {
  const scene = aScene();
  const both = { Quantity: 17, QuantityAsDecimal: '17' };

  expect(meteringOutcome(scene.marketplace, [scene.aRecord({ Dimension: 'storage' }), scene.aRecord(both)])).toBe(
    'ValidationException',
  );
  expect(billed(scene)).toEqual([]);
});

it('treats null as an absent quantity, and a record with neither quantity as zero', () => {
  const scene = aScene();

  metered(scene.marketplace, [
    scene.aRecord({ Quantity: null, QuantityAsDecimal: '1.5' }),
    scene.aRecord({ Dimension: 'storage', Quantity: undefined }),
  ]);

  expect(billed(scene)).toEqual(['1.5', '0']);
});

it('compares quantities by value, whichever field holds them', () => {
  const scene = aScene();
  const statusOf = (quantity: object) =>
    metered(scene.marketplace, [scene.aRecord({ Quantity: undefined, ...quantity })]).Results[0]?.Status;
  statusOf({ Quantity: 17 });

  expect([{ QuantityAsDecimal: '17' }, { QuantityAsDecimal: '17.00' }, { Quantity: 17 }].map(statusOf)).toEqual([
    'Success',
    'Success',
    'Success',
  ]);
  expect(statusOf({ QuantityAsDecimal: '17.000001' })).toBe('DuplicateRecord');
  expect(billed(scene)).toEqual(['17']);
});

it('takes a zero in either field, or none, for the same record', () => {
  const scene = aScene();
  const statusOf = (quantity: object) =>
    metered(scene.marketplace, [scene.aRecord({ Quantity: undefined, ...quantity })]).Results[0]?.Status;

  expect([{}, { Quantity: 0 }, { QuantityAsDecimal: '0' }, { QuantityAsDecimal: '0.00' }].map(statusOf)).toEqual(
    Array(4).fill('Success'),
  );
  expect(billed(scene)).toEqual(['0']);
});

it('bills decimal allocations, and compares them by value when the record comes again', () => {
  const scene = aScene();
  const statusOf = (UsageAllocations: object[], quantity: object = decimal('0.3')) =>
    metered(scene.marketplace, [scene.aRecord({ ...quantity, UsageAllocations })]).Results[0]?.Status;

  expect(statusOf([share('0.1', 'a'), share('0.2')])).toBe('Success');
  expect(statusOf([share('0.20'), share('0.100', 'a')])).toBe('Success');
  expect(statusOf([share('0.2', 'a'), share('0.1')])).toBe('DuplicateRecord');
  expect(scene.marketplace.ledger()).toMatchObject([
    {
      quantity: '0.3',
      allocations: [
        { quantity: '0.1', tags: [{ key: 'Team', value: 'a' }] },
        { quantity: '0.2', tags: [] },
      ],
    },
  ]);
});

it.each([
  ['whole allocations of a decimal record', decimal('10'), [whole(10, 'a')]],
  ['decimal allocations of a whole record', { Quantity: 10 }, [share('10')]],
  ['decimal allocations of a record without a quantity', { Quantity: undefined }, [share('0')]],
  ['allocations of both kinds', decimal('10'), [whole(5, 'a'), share('5')]],
  ['an allocation with both fields', decimal('10'), [{ ...whole(10, 'a'), ...share('10') }]],
  ['an allocation with neither field', decimal('10'), [{ Tags: [{ Key: 'Team', Value: 'a' }] }, share('10')]],
  ['decimal allocations a millionth short', decimal('0.3'), [share('0.1', 'a'), share('0.199999')]],
])('bills nothing of a batch with %s', (_, quantity, UsageAllocations) => {
  const scene = aScene();
  const records = [scene.aRecord({ Dimension: 'storage' }), scene.aRecord({ ...quantity, UsageAllocations })];

  expect(meteringOutcome(scene.marketplace, records)).toBe('InvalidUsageAllocationsException');
  expect(billed(scene)).toEqual([]);
});

it('accepts decimal allocations only if they sum to the quantity to the millionth', () => {
  const parts = fc.array(fc.bigInt({ min: 0n, max: 200_000_000_000_000n }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(parts, fc.constantFrom(-1n, 0n, 1n), (values, error) => {
      const { marketplace, aRecord } = aScene();
      const sum = values.reduce((total, value) => total + value, error);
      fc.pre(sum >= 0n);
      const UsageAllocations = values.map((value, index) => share(quantityText(value), `${index}`));

      const outcome = meteringOutcome(marketplace, [aRecord({ ...decimal(quantityText(sum)), UsageAllocations })]);

      expect(outcome).toBe(error === 0n ? 'answered' : 'InvalidUsageAllocationsException');
    }),
    { numRuns: 60 },
  );
});

it('totals decimal and whole quantities of one dimension exactly', () => {
  const { marketplace, aRecord, clock } = aScene();
  const hour = (ago: number) => ({ Timestamp: clock.now() / 1000 - 3600 * ago });

  metered(marketplace, [
    aRecord({ ...decimal('0.1'), ...hour(1) }),
    aRecord({ ...decimal('0.2'), ...hour(2) }),
    aRecord({ Quantity: 3, ...hour(3) }),
  ]);

  expect(marketplace.ledgerTotals()).toMatchObject([{ records: 3, quantity: '3.3' }]);
});

it('ignores decimal quantities without a word on request: the record bills 0, and its hour is taken', () => {
  const scene = aScene({ options: { decimals: 'unknown' } });

  const { Results } = metered(scene.marketplace, [scene.aRecord(decimal('17.42'))]);
  scene.marketplace.setDecimals('known');
  const again = metered(scene.marketplace, [scene.aRecord(decimal('17.42'))]);

  expect(Results).toMatchObject([{ Status: 'Success', MeteringRecordId: expect.any(String) }]);
  expect(Object.keys(Results[0]?.UsageRecord ?? {}).filter((name) => name.startsWith('Quantity'))).toEqual([]);
  expect(again.Results.map(({ Status }) => Status)).toEqual(['DuplicateRecord']);
  expect(billed(scene)).toEqual(['0']);
});

it('bills the whole number of a record that also has the decimal that AWS ignores', () => {
  const scene = aScene({ options: { decimals: 'unknown' } });

  metered(scene.marketplace, [scene.aRecord({ Quantity: 17, QuantityAsDecimal: '17.42' })]);

  expect(billed(scene)).toEqual(['17']);
});

it('refuses decimal allocations when it does not know decimals, because whole ones were required then', () => {
  const scene = aScene({ options: { decimals: 'unknown' } });
  const record = scene.aRecord({ ...decimal('1.5'), UsageAllocations: [share('1.5')] });

  expect(meteringOutcome(scene.marketplace, [record])).toBe('ValidationException');
});

it('refuses a call with a decimal quantity or allocation on request, and still takes whole numbers', () => {
  const scene = aScene({ options: { decimals: 'refused' } });
  const allocated = scene.aRecord({ ...decimal('1.5'), UsageAllocations: [share('1.5')] });

  expect(meteringOutcome(scene.marketplace, [scene.aRecord(), scene.aRecord(decimal('1'))])).toBe(
    'ValidationException',
  );
  expect(meteringOutcome(scene.marketplace, [allocated])).toBe('ValidationException');
  expect(billed(scene)).toEqual([]);
  expect(meteringOutcome(scene.marketplace, [scene.aRecord()])).toBe('answered');
});
