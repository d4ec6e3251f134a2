import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { aTable, type Table } from './a-table';

let table: Table;
const key = (sk: string | number) => ({ pk: { S: 'p' }, sk: { S: String(sk) } });
const put = (sk: string | number, more: object = {}) => ({ Put: { Item: { ...key(sk), ...more } } });
const transact = (TransactItems: unknown[], more: object = {}) => ({ TransactItems, ...more });

async function count(): Promise<number> {
  let [total, ExclusiveStartKey]: [number, unknown] = [0, undefined];
  do {
    const start = ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey };
    const page = await table.must('Scan', { Select: 'COUNT', ConsistentRead: true, ...start });
    total += Number(page.Count);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return total;
}

beforeEach(async () => {
  table = await aTable();
});

describe('A transaction', () => {
  it('writes everything', async () => {
    await table.must('PutItem', { Item: key('gone') });
    await table.must('PutItem', { Item: key('there') });
    await table.must(
      'TransactWriteItems',
      transact([
        put('new'),
        { Delete: { Key: key('gone') } },
        { ConditionCheck: { Key: key('there'), ConditionExpression: 'attribute_exists(pk)' } },
        {
          Update: {
            Key: key('updated'),
            UpdateExpression: 'ADD n :n',
            ExpressionAttributeValues: { ':n': { N: '1' } },
          },
        },
      ]),
    );
    const { Items } = await table.must('Scan', { ConsistentRead: true });
    const shown = (Items as { sk: { S: string }; n?: unknown }[]).map(({ sk, n }) => [sk.S, n]);
    expect(shown.sort()).toEqual([
      ['new', undefined],
      ['there', undefined],
      ['updated', { N: '1' }],
    ]);
  });

  it('writes nothing when one condition fails, and tells which one', async () => {
    await table.must('PutItem', { Item: { ...key('there'), n: { N: '1' } } });
    const refused = {
      Put: {
        Item: key('there'),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
    const { status, body } = await table.ask('TransactWriteItems', transact([put('new'), refused]));
    expect(status).toBe(400);
    expect(String(body.__type)).toMatch(/#TransactionCanceledException$/);
    expect(body.CancellationReasons).toEqual([
      { Code: 'None' },
      expect.objectContaining({ Code: 'ConditionalCheckFailed', Item: { ...key('there'), n: { N: '1' } } }),
    ]);
    expect(await count()).toBe(1);
  });

  // AWS documents a cancellation with the reason ValidationError; DynamoDB Local refuses the request.
  it('writes nothing when an update does not fit the item', async () => {
    await table.must('PutItem', { Item: { ...key('text'), n: { S: 'x' } } });
    const update = {
      Update: { Key: key('text'), UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': { N: '1' } } },
    };
    expect((await table.ask('TransactWriteItems', transact([put('new'), update]))).status).toBe(400);
    expect(await count()).toBe(1);
  });

  it('may have 100 actions', async () => {
    const actions = Array.from({ length: 100 }, (_, n) => put(n));
    await table.must('TransactWriteItems', transact(actions));
    expect(await count()).toBe(100);
    expect(await table.refusal('TransactWriteItems', transact([...actions, put(100)]))).toContain(
      'ValidationException',
    );
    expect(await table.refusal('TransactWriteItems', transact([]))).toContain('ValidationException');
  });

  it('may write 4 MB', async () => {
    const text = { text: { S: 'x'.repeat(399 * 1024) } };
    const actions = Array.from({ length: 10 }, (_, n) => put(n, text));
    await table.must('TransactWriteItems', transact(actions));
    const more = [...actions, put('more', { text: { S: 'x'.repeat(120 * 1024) } })];
    expect(await table.refusal('TransactWriteItems', transact(more))).toContain('ValidationException');
    expect(await count()).toBe(10);
  });

  it('names no item twice', async () => {
    const refusal = await table.refusal('TransactWriteItems', transact([put(1), put(1)]));
    expect(refusal).toContain('Transaction request cannot include multiple operations on one item');
  });

  it('happens once when its token comes again', async () => {
    const add = {
      Update: { Key: key(1), UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': { N: '1' } } },
    };
    const ClientRequestToken = randomUUID();
    await table.must('TransactWriteItems', transact([add], { ClientRequestToken }));
    await table.must('TransactWriteItems', transact([add], { ClientRequestToken }));
    expect((await table.must('GetItem', { Key: key(1) })).Item).toMatchObject({ n: { N: '1' } });
    const other = await table.refusal('TransactWriteItems', transact([put(2)], { ClientRequestToken }));
    expect(other).toContain('IdempotentParameterMismatchException');
  });

  it('reads several items', async () => {
    await table.must('PutItem', { Item: { ...key(1), n: { N: '1' } } });
    const gets = [{ Get: { Key: key(1), ProjectionExpression: 'n' } }, { Get: { Key: key(2) } }];
    expect((await table.must('TransactGetItems', transact(gets))).Responses).toEqual([{ Item: { n: { N: '1' } } }, {}]);
  });
});

describe('A batch', () => {
  const keys = (length: number) => Array.from({ length }, (_, n) => key(n));
  const puts = (length: number, more: object = {}) =>
    keys(length).map((Key) => ({ PutRequest: { Item: { ...Key, ...more } } }));

  it('writes and deletes 25 items', async () => {
    await table.must('BatchWriteItem', { Requests: puts(25) });
    expect(await count()).toBe(25);
    await table.must('BatchWriteItem', { Requests: keys(25).map((Key) => ({ DeleteRequest: { Key } })) });
    expect(await count()).toBe(0);
    expect(await table.refusal('BatchWriteItem', { Requests: puts(26) })).toContain('ValidationException');
  });

  it('reads 100 keys, and leaves out what is not there', async () => {
    await table.must('BatchWriteItem', { Requests: puts(3) });
    const { Responses, UnprocessedKeys } = await table.must('BatchGetItem', { Keys: keys(100) });
    expect([(Responses as Record<string, unknown[]>)[table.name]?.length, UnprocessedKeys]).toEqual([3, {}]);
    expect(await table.refusal('BatchGetItem', { Keys: keys(101) })).toContain('ValidationException');
  });

  it('reads at most 16 MB, and tells what is left', async () => {
    const text = { text: { S: 'x'.repeat(390 * 1024) } };
    for (const { PutRequest } of puts(45, text)) await table.must('PutItem', PutRequest);
    const { Responses, UnprocessedKeys } = await table.must('BatchGetItem', { Keys: keys(45) });
    const read = (Responses as Record<string, unknown[]>)[table.name]?.length ?? 0;
    const left = (UnprocessedKeys as Record<string, { Keys: unknown[] }>)[table.name]?.Keys.length ?? 0;
    expect([read + left, read > 40, left > 0]).toEqual([45, true, true]);
  });

  it('names no key twice', async () => {
    const refusal = await table.refusal('BatchGetItem', { Keys: [key(1), key(1)] });
    expect(refusal).toContain('Provided list of item keys contains duplicates');
  });
});
