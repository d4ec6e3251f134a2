import { beforeAll, describe, expect, it } from 'vitest';
import { aTable, type Table } from './a-table';

type Items = Record<string, { S?: string; N?: string }>[];

const KB = 'x'.repeat(1024);

/** Reads page after page until there is no next one. */
async function pages(table: Table, operation: string, input: Record<string, unknown>): Promise<Items[]> {
  const all: Items[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const answer = await table.must(operation, {
      ...input,
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    });
    all.push(answer.Items as Items);
    ExclusiveStartKey = answer.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return all;
}

const sortKeys = (items: unknown) => (items as Items).map(({ sk }) => sk?.S);

describe('A query', () => {
  let table: Table;
  const hours = ['10', '11', '12', '13', '9', 'é', '\uFFFD', '\u{1F600}'];
  const all = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'p' } } };
  const by = (condition: string, values: object) => ({
    KeyConditionExpression: `pk = :pk AND ${condition}`,
    ExpressionAttributeValues: { ':pk': { S: 'p' }, ...values },
  });

  beforeAll(async () => {
    table = await aTable();
    for (const [n, hour] of hours.entries()) {
      const Item = { pk: { S: 'p' }, sk: { S: hour }, n: { N: String(n) }, m: { M: { x: { S: 'y' }, z: { N: '1' } } } };
      await table.must('PutItem', { Item });
    }
    await table.must('PutItem', { Item: { pk: { S: 'other' }, sk: { S: '10' } } });
  });

  it('answers in the order of the sort key by UTF-8', async () => {
    expect(sortKeys((await table.must('Query', all)).Items)).toEqual(hours);
  });

  it('answers backwards', async () => {
    const { Items } = await table.must('Query', { ...all, ScanIndexForward: false });
    expect(sortKeys(Items)).toEqual(hours.toReversed());
  });

  it.each([
    ['sk = :a', { ':a': { S: '11' } }, ['11']],
    ['sk < :a', { ':a': { S: '12' } }, ['10', '11']],
    ['sk <= :a', { ':a': { S: '12' } }, ['10', '11', '12']],
    ['sk > :a', { ':a': { S: '9' } }, hours.slice(5)],
    ['sk >= :a', { ':a': { S: '9' } }, hours.slice(4)],
    ['sk BETWEEN :a AND :b', { ':a': { S: '105' }, ':b': { S: '12' } }, ['11', '12']],
    ['begins_with(sk, :a)', { ':a': { S: '1' } }, ['10', '11', '12', '13']],
  ])('reads the range %s', async (condition, values, expected) => {
    expect(sortKeys((await table.must('Query', by(condition, values))).Items)).toEqual(expected);
  });

  it('filters after reading, and counts both', async () => {
    const filter = { FilterExpression: 'n > :n', ExpressionAttributeValues: { ':pk': { S: 'p' }, ':n': { N: '1' } } };
    const answer = await table.must('Query', { ...all, ...filter, Limit: 3 });
    expect([answer.Count, answer.ScannedCount, sortKeys(answer.Items)]).toEqual([1, 3, ['12']]);
    expect(answer.LastEvaluatedKey).toEqual({ pk: { S: 'p' }, sk: { S: '12' } });
  });

  it('shows the parts that a projection names', async () => {
    const projection = { ProjectionExpression: 'sk, m.x, #n', ExpressionAttributeNames: { '#n': 'n' } };
    const { Items } = await table.must('Query', { ...by('sk = :a', { ':a': { S: '11' } }), ...projection });
    expect(Items).toEqual([{ sk: { S: '11' }, n: { N: '1' }, m: { M: { x: { S: 'y' } } } }]);
  });

  it('counts without items', async () => {
    const answer = await table.must('Query', { ...all, Select: 'COUNT' });
    expect([answer.Count, answer.Items]).toEqual([8, undefined]);
  });

  it('reads page after page', async () => {
    const read = await pages(table, 'Query', { ...all, Limit: 3 });
    expect(read.map(sortKeys)).toEqual([hours.slice(0, 3), hours.slice(3, 6), hours.slice(6)]);
  });

  it.each([
    [{ KeyConditionExpression: 'sk = :pk' }, 'Query condition missed key schema element'],
    [{ KeyConditionExpression: 'pk > :pk' }, 'Query key condition not supported'],
    [{ KeyConditionExpression: 'pk = :pk OR sk = :pk' }, 'KeyConditionExpression'],
    [{ KeyConditionExpression: 'pk = :pk AND sk <> :pk' }, 'KeyConditionExpression'],
    [{ ...all, FilterExpression: 'sk = :pk' }, 'Filter Expression can only contain non-primary key attributes'],
    [{ ...all, IndexName: 'nope' }, 'The table does not have the specified index: nope'],
    [
      { ...all, ExclusiveStartKey: { pk: { S: 'p' } } },
      "Exclusive Start Key must have same size as table's key schema",
    ],
    [{ ...all, ExclusiveStartKey: { pk: { S: 'q' }, sk: { S: '1' } } }, 'The provided starting key'],
  ])('is refused: %j', async (input, message) => {
    expect(await table.refusal('Query', { ...all, ...input })).toContain(message);
  });
});

describe('An index', () => {
  let table: Table;
  const due = {
    IndexName: 'due',
    KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
    ExpressionAttributeValues: { ':shard': { N: '0' }, ':now': { N: '20' } },
  };

  beforeAll(async () => {
    table = await aTable();
    for (const [n, dueAt] of ['30', '9', '20', '100', '9'].entries()) {
      const Item = { pk: { S: `p${n}` }, sk: { S: 's' }, dueShard: { N: '0' }, dueAt: { N: dueAt }, rest: { S: 'x' } };
      await table.must('PutItem', { Item });
    }
    await table.must('PutItem', { Item: { pk: { S: 'sparse' }, sk: { S: 's' }, dueShard: { N: '0' } } });
  });

  it('contains the items with its keys, in the order of numbers, with nothing but keys', async () => {
    const { Items } = await table.must('Query', due);
    expect((Items as Items).map(({ dueAt }) => dueAt?.N)).toEqual(['9', '9', '20']);
    expect(Object.keys((Items as Items)[2] ?? {}).sort()).toEqual(['dueAt', 'dueShard', 'pk', 'sk']);
  });

  it('pages through entries with equal keys', async () => {
    const read = await pages(table, 'Query', { ...due, Limit: 1 });
    expect(
      read
        .flat()
        .map(({ pk }) => pk?.S)
        .sort(),
    ).toEqual(['p1', 'p2', 'p4']);
  });

  it('follows a change of its keys', async () => {
    const Key = { pk: { S: 'p0' }, sk: { S: 's' } };
    const count = async () => (await table.must('Query', due)).Count;
    await table.must('UpdateItem', {
      Key,
      UpdateExpression: 'SET dueAt = :now',
      ExpressionAttributeValues: { ':now': { N: '1' } },
    });
    expect(await count()).toBe(4);
    await table.must('UpdateItem', { Key, UpdateExpression: 'REMOVE dueShard' });
    expect(await count()).toBe(3);
  });

  it('is never read consistently', async () => {
    const refusal = await table.refusal('Query', { ...due, ConsistentRead: true });
    expect(refusal).toContain('Consistent reads are not supported on global secondary indexes');
  });

  it.each([
    [{ ProjectionExpression: 'rest' }, 'Global secondary index due does not project [rest]'],
    [
      { FilterExpression: 'attribute_exists(rest)' },
      'Secondary index due does not project one or more filter attributes',
    ],
  ])('refuses attributes that it does not project: %j', async (input, message) => {
    expect(await table.refusal('Query', { ...due, ...input })).toContain(message);
  });
});

describe('A page of 1 MB', () => {
  let table: Table;

  beforeAll(async () => {
    table = await aTable();
    for (let n = 0; n < 12; n += 1) {
      const Item = { pk: { S: 'p' }, sk: { S: String(n).padStart(2, '0') }, text: { S: KB.repeat(100) } };
      await table.must('PutItem', { Item });
    }
  });

  it('ends with the item that makes it larger', async () => {
    const all = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'p' } } };
    expect((await pages(table, 'Query', all)).map(({ length }) => length)).toEqual([11, 1]);
    expect((await pages(table, 'Scan', {})).map(({ length }) => length)).toEqual([11, 1]);
  });
});

describe('A scan', () => {
  let table: Table;
  const partitions = Array.from({ length: 20 }, (_, n) => `p${n}`).sort();

  beforeAll(async () => {
    table = await aTable();
    for (const pk of partitions)
      await table.must('PutItem', { Item: { pk: { S: pk }, sk: { S: 's' }, n: { N: pk.slice(1) } } });
  });

  const keysOf = (read: Items[]) => read.flat().map(({ pk }) => pk?.S ?? '');

  it.each([1, 3, 7])('meets each item once in pages of %d', async (Limit) => {
    expect(keysOf(await pages(table, 'Scan', { Limit })).sort()).toEqual(partitions);
  });

  it('meets each item in one segment', async () => {
    const segments = await Promise.all(
      [0, 1, 2].map(async (Segment) => pages(table, 'Scan', { Segment, TotalSegments: 3, Limit: 2 })),
    );
    expect(segments.flatMap(keysOf).sort()).toEqual(partitions);
  });

  it('goes on after an item that is gone', async () => {
    const first = await table.must('Scan', { Limit: 5 });
    const Key = first.LastEvaluatedKey;
    await table.must('DeleteItem', { Key });
    const rest = await pages(table, 'Scan', { ExclusiveStartKey: Key });
    expect([...keysOf([first.Items as Items]), ...keysOf(rest)].sort()).toEqual(partitions);
  });

  it('filters', async () => {
    const filter = { FilterExpression: 'n < :n', ExpressionAttributeValues: { ':n': { N: '3' } } };
    expect((await table.must('Scan', filter)).Count).toBeLessThanOrEqual(3);
  });
});
