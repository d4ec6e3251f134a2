import {
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  attemptUpdate,
  IS_NEW,
  putIfNew,
  putOrExisting,
  updateIf,
  writeTogether,
} from '../../lambdas/shared/stores/conditional-writes';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCancelledTransaction } from '../builders/a-cancelled-transaction';
import { ENGINES } from './engines';

type Writing = Parameters<typeof updateIf>[0];

const Key = { pk: 's-1', sk: 'x' };
const put = { TableName: 'hourlyUsage', Item: Key };
const update = { TableName: 'hourlyUsage', Key, UpdateExpression: 'SET done = :yes' };
const ifNew = { ...update, ConditionExpression: IS_NEW, ExpressionAttributeValues: { ':yes': true } };

const WRITES: [name: string, write: (database: Writing) => Promise<unknown>][] = [
  ['a put of a new item', (database) => putIfNew(database, put)],
  ['a put that reads what is there', (database) => putOrExisting(database, put)],
  ['an attempt', (database) => attemptUpdate(database, ifNew)],
  ['an update', (database) => updateIf(database, ifNew)],
  ['a transaction', (database) => writeTogether(database, [{ Put: { ...put, ConditionExpression: IS_NEW } }])],
];

/** Tables whose writes fail with these errors in turn, and how long their stores have waited. */
function givenFailing(...errors: Error[]) {
  const tables = new MemoryTables();
  const waitsMs: number[] = [];
  tables.before = async () => {
    const error = errors.shift();
    if (error !== undefined) throw error;
  };
  return { database: { ...tables.database, sleep: async (ms: number) => void waitsMs.push(ms) }, waitsMs };
}

const metadata = { message: '', $metadata: {} };
const conflict = () => new TransactionConflictException(metadata);

describe.each(WRITES)('%s', (_what, write) => {
  it('fails when DynamoDB does, because nobody knows whether it was written', async () => {
    const error = new ProvisionedThroughputExceededException(metadata);
    const { database, waitsMs } = givenFailing(error);
    await expect(write(database)).rejects.toBe(error);
    expect(waitsMs).toEqual([]);
  });
});

describe('an update of an item that a transaction holds', () => {
  it('waits longer before each attempt', async () => {
    const { database, waitsMs } = givenFailing(conflict(), conflict(), conflict());
    expect(await updateIf(database, ifNew)).toMatchObject({ held: true });
    expect(waitsMs).toEqual([25, 50, 75]);
  });

  it('fails after the fourth attempt, without another wait', async () => {
    const errors = [conflict(), conflict(), conflict(), conflict()];
    const [, , , last] = errors;
    const { database, waitsMs } = givenFailing(...errors);
    await expect(updateIf(database, ifNew)).rejects.toBe(last);
    expect(waitsMs).toHaveLength(3);
  });
});

describe('a cancelled transaction', () => {
  it.each([
    ['a conflict, if another one held an item', ['None', 'TransactionConflict'], { outcome: 'conflict' }],
    ['refused, if a condition does not hold', ['None', 'ConditionalCheckFailed'], { outcome: 'refused', parts: [1] }],
    ['refused, if both are so', ['TransactionConflict', 'ConditionalCheckFailed'], { outcome: 'refused', parts: [1] }],
  ])('is %s', async (_what, codes, result) => {
    expect(await writeTogether(givenFailing(aCancelledTransaction(...codes)).database, [])).toMatchObject(result);
  });

  it.each([
    ['DynamoDB had no capacity', aCancelledTransaction('None', 'ThrottlingError')],
    ['an item is too large', aCancelledTransaction('ValidationError')],
    ['no reason is given', new TransactionCanceledException(metadata)],
  ])('is an error, not a refusal, if %s', async (_why, error) => {
    await expect(writeTogether(givenFailing(error).database, [])).rejects.toBe(error);
  });
});

describe.each(ENGINES)('a write of a new item %s', (_engine, open) => {
  it('is refused the second time, and says what is there', async () => {
    const database = await open('hourlyUsage');
    const { hourlyUsage: TableName } = database.tables;
    const Item = { ...Key, quantity: 2 };
    expect(await putIfNew(database, { TableName, Item })).toBe(true);
    expect(await putIfNew(database, { TableName, Item: Key })).toBe(false);
    expect(await putOrExisting(database, { TableName, Item: Key })).toMatchObject({ ...Key, quantity: { value: '2' } });
    expect(await updateIf(database, { ...ifNew, TableName })).toEqual({ held: false });
    const Put = { TableName, Item: Key, ConditionExpression: IS_NEW };
    expect(await writeTogether(database, [{ Put }])).toEqual({ outcome: 'refused', parts: [0] });
  });
});
