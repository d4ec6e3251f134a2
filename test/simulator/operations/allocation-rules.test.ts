import { expect, it } from 'vitest';
import fc from 'fast-check';
import { aScene, metered, meteringOutcome } from '../a-marketplace';

const allocation = (quantity: number, tags?: Record<string, string>) => ({
  AllocatedUsageQuantity: quantity,
  ...(tags && { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
});

it('bills usage allocations with their record', () => {
  const { marketplace, aRecord } = aScene();

  metered(marketplace, [aRecord({ UsageAllocations: [allocation(6, { Team: 'a' }), allocation(4)] })]);

  expect(marketplace.ledger()[0]?.allocations).toEqual([
    { quantity: '6', tags: [{ key: 'Team', value: 'a' }] },
    { quantity: '4', tags: [] },
  ]);
});

it.each([
  ['a sum below the quantity', [allocation(9)], 'InvalidUsageAllocationsException'],
  ['a sum above the quantity', [allocation(11)], 'InvalidUsageAllocationsException'],
  [
    'the same tags in another order',
    [allocation(5, { A: '1', B: '2' }), allocation(5, { B: '2', A: '1' })],
    'InvalidUsageAllocationsException',
  ],
  ['two untagged entries', [allocation(5), allocation(5)], 'InvalidUsageAllocationsException'],
  ['six tags', [allocation(10, { A: '1', B: '1', C: '1', D: '1', E: '1', F: '1' })], 'InvalidTagException'],
  [
    'six keys in one record',
    [allocation(5, { A: '1', B: '1', C: '1' }), allocation(5, { D: '1', E: '1', F: '1' })],
    'InvalidTagException',
  ],
  ['an empty value', [allocation(10, { Team: '' })], 'InvalidTagException'],
  ['a character that is not allowed', [allocation(10, { Team: 'a#b' })], 'InvalidTagException'],
  ['letters beyond ASCII', [allocation(10, { Team: 'Zürich' })], 'InvalidTagException'],
  ['a key of 101 characters', [allocation(10, { ['k'.repeat(101)]: 'v' })], 'InvalidTagException'],
  ['a value of 257 characters', [allocation(10, { Team: 'v'.repeat(257) })], 'InvalidTagException'],
  ['an empty list of tags', [{ AllocatedUsageQuantity: 10, Tags: [] }], 'InvalidTagException'],
  [
    'a key twice in one allocation',
    [{ AllocatedUsageQuantity: 10, Tags: ['a', 'b'].map((Value) => ({ Key: 'Team', Value })) }],
    'InvalidTagException',
  ],
  ['no entries', [], 'ValidationException'],
  ['2,501 entries', Array.from({ length: 2501 }, (_, i) => allocation(0, { N: `${i}` })), 'ValidationException'],
  ['a negative quantity', [allocation(-1, { A: '1' }), allocation(11)], 'ValidationException'],
  ['a fraction', [allocation(0.5, { A: '1' }), allocation(9.5)], 'SerializationException'],
])('fails the call for usage allocations with %s', (_, UsageAllocations, type) => {
  const { marketplace, aRecord } = aScene();

  expect(meteringOutcome(marketplace, [aRecord({ UsageAllocations })])).toBe(type);
  expect(marketplace.ledger()).toEqual([]);
});

it('accepts 2,500 usage allocations and every allowed tag character', () => {
  const { marketplace, aRecord } = aScene();
  const allowed = 'azAZ09+ -=._:/@';
  const UsageAllocations = Array.from({ length: 2500 }, (_, i) => allocation(1, { [allowed]: `${allowed}${i}` }));

  metered(marketplace, [aRecord({ Quantity: 2500, UsageAllocations })]);

  expect(marketplace.ledger()[0]?.allocations).toHaveLength(2500);
});

it('ignores the order of usage allocations and answers DuplicateRecord for different ones', () => {
  const { marketplace, aRecord } = aScene();
  const UsageAllocations = [allocation(6, { A: '1', B: '2' }), allocation(4)];
  const statusOf = (allocations: object[] | undefined) =>
    metered(marketplace, [aRecord({ UsageAllocations: allocations })]).Results[0]?.Status;
  statusOf(UsageAllocations);

  expect(statusOf([allocation(4), allocation(6, { B: '2', A: '1' })])).toBe('Success');
  expect(statusOf([allocation(6), allocation(4, { A: '1', B: '2' })])).toBe('DuplicateRecord');
  expect(statusOf(undefined)).toBe('DuplicateRecord');
  expect(marketplace.ledger()).toHaveLength(1);
});

it('accepts usage allocations only if they sum to the quantity', () => {
  const quantities = fc.array(fc.integer({ min: 0, max: 800_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(quantities, fc.integer({ min: -1, max: 1 }), (parts, error) => {
      const { marketplace, aRecord } = aScene();
      const sum = parts.reduce((total, part) => total + part, 0);
      fc.pre(sum + error >= 0);
      const UsageAllocations = parts.map((part, index) => allocation(part, { N: `${index}` }));

      const outcome = meteringOutcome(marketplace, [aRecord({ Quantity: sum + error, UsageAllocations })]);

      expect(outcome).toBe(error === 0 ? 'answered' : 'InvalidUsageAllocationsException');
    }),
    { numRuns: 60 },
  );
});
