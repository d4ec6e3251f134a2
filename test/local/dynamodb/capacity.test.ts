import { beforeEach, describe, expect, it } from 'vitest';
import { aTable, type Table } from './a-table';

let table: Table;
const Key = { pk: { S: 'p' }, sk: { S: 's' } };
const ReturnConsumedCapacity = 'INDEXES';
const bytes = (count: number) => ({ text: { S: 'x'.repeat(count - 'pkpskstext'.length) } });

beforeEach(async () => {
  table = await aTable();
});

/** The units of a request: of the table, and of each index. */
async function units(operation: string, input: object): Promise<[table: number, indexes: Record<string, number>]> {
  const { ConsumedCapacity } = await table.must(operation, { ...input, ReturnConsumedCapacity });
  const [consumed] = [ConsumedCapacity].flat() as [
    { Table: { CapacityUnits: number }; GlobalSecondaryIndexes?: Record<string, { CapacityUnits: number }> },
  ];
  const indexes = Object.entries(consumed.GlobalSecondaryIndexes ?? {});
  return [
    consumed.Table.CapacityUnits,
    Object.fromEntries(indexes.map(([name, { CapacityUnits }]) => [name, CapacityUnits])),
  ];
}

describe('A write', () => {
  it('consumes a unit for each KB', async () => {
    expect(await units('PutItem', { Item: { ...Key, ...bytes(1024) } })).toEqual([1, {}]);
    expect(await units('PutItem', { Item: { ...Key, ...bytes(1025) } })).toEqual([2, {}]);
  });

  it('consumes the larger of the item before and after', async () => {
    await table.must('PutItem', { Item: { ...Key, ...bytes(5000) } });
    expect(await units('UpdateItem', { Key, UpdateExpression: 'REMOVE text_' })).toEqual([5, {}]);
    expect(await units('PutItem', { Item: Key })).toEqual([5, {}]);
    expect(await units('DeleteItem', { Key })).toEqual([1, {}]);
  });

  it('consumes a unit for each index entry that it adds, removes or changes', async () => {
    const due = (dueAt: string) => ({ dueShard: { N: '0' }, dueAt: { N: dueAt } });
    expect(await units('PutItem', { Item: { ...Key, ...due('1') } })).toEqual([1, { due: 1 }]);
    expect(await units('PutItem', { Item: { ...Key, ...due('1'), other: { S: 'x' } } })).toEqual([1, {}]);
    expect(await units('PutItem', { Item: { ...Key, ...due('2') } })).toEqual([1, { due: 2 }]);
    expect(await units('PutItem', { Item: { ...Key, ...due('2'), account: { S: 'a' } } })).toEqual([
      1,
      { byAccount: 1 },
    ]);
    expect(await units('UpdateItem', { Key, UpdateExpression: 'REMOVE dueShard, dueAt' })).toEqual([
      1,
      { byAccount: 1, due: 1 },
    ]);
  });

  it('consumes twice as much in a transaction', async () => {
    const Item = { ...Key, ...bytes(1025), dueShard: { N: '0' }, dueAt: { N: '1' } };
    expect(await units('TransactWriteItems', { TransactItems: [{ Put: { Item } }] })).toEqual([4, { due: 2 }]);
  });
});

describe('The size of a value', () => {
  it.each([
    ['a number of one digit', { N: '7' }, 2],
    ['a number of two digits', { N: '77' }, 2],
    ['a number of three digits', { N: '777' }, 3],
    ['a negative number', { N: '-7' }, 3],
    ['zero', { N: '0' }, 1],
    ['a number with zeros at its end', { N: '1000000' }, 2],
    ['a decimal', { N: '0.001' }, 2],
    ['38 digits', { N: '1'.repeat(38) }, 20],
    ['a boolean', { BOOL: true }, 1],
    ['null', { NULL: true }, 1],
    ['a text of UTF-8', { S: 'é' }, 2],
    ['bytes', { B: 'AQID' }, 3],
    ['an empty list', { L: [] }, 3],
    ['a list', { L: [{ S: 'ab' }, { BOOL: true }] }, 3 + 3 + 2],
    ['an empty map', { M: {} }, 3],
    ['a map', { M: { ab: { S: 'cd' } } }, 3 + 1 + 4],
    ['a set of strings', { SS: ['a', 'bc'] }, 3],
    ['a set of numbers', { NS: ['7', '777'] }, 5],
  ])('of %s is counted', async (_what, value, size) => {
    const full = { ...Key, ...bytes(1024 - size - 'v'.length), v: value };
    expect(await units('PutItem', { Item: full })).toEqual([1, {}]);
    expect(await units('PutItem', { Item: { ...full, ...bytes(1025 - size - 'v'.length) } })).toEqual([2, {}]);
  });
});

describe('A read', () => {
  it('consumes half a unit for each 4 KB, or one if it is consistent', async () => {
    await table.must('PutItem', { Item: { ...Key, ...bytes(4097) } });
    expect(await units('GetItem', { Key })).toEqual([1, {}]);
    expect(await units('GetItem', { Key, ConsistentRead: true })).toEqual([2, {}]);
    expect(await units('TransactGetItems', { TransactItems: [{ Get: { Key } }] })).toEqual([4, {}]);
  });

  it('of a page consumes what its items have together', async () => {
    for (const sk of ['1', '2', '3'])
      await table.must('PutItem', { Item: { pk: { S: 'p' }, sk: { S: sk }, ...bytes(1500) } });
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'p' } } };
    expect(await units('Query', { ...query, ConsistentRead: true })).toEqual([2, {}]);
    expect(await units('Query', query)).toEqual([1, {}]);
  });

  it('of a missing item consumes the least', async () => {
    expect(await units('GetItem', { Key })).toEqual([0.5, {}]);
  });
});
