import { DynamoDBClient, GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UnreliableDynamoDb } from '../../../../proofs/simulation/dynamodb/unreliable-dynamodb';
import { openTables } from '../../../setup/tables';

const store = new UnreliableDynamoDb(process.env.TEST_DYNAMODB_ENDPOINT ?? '');
let client: DynamoDBClient;
let TableName: string;

beforeAll(async () => {
  TableName = (await openTables('usageEvents')).tables.usageEvents;
  client = new DynamoDBClient({ endpoint: await store.start(), maxAttempts: 1 });
});
beforeEach(() => store.clear());
afterAll(async () => {
  client.destroy();
  await store.stop();
});

const put = (pk: string) => client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk } } }));
const isStored = async (pk: string) => {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true }));
  return Item !== undefined;
};

describe('DynamoDB Local behind the forwarder that injects faults', () => {
  it('passes calls on unchanged when no fault is planted', async () => {
    await put('a');
    expect([await isStored('a'), await isStored('other')]).toEqual([true, false]);
  });

  it('throttles the given number of calls, which write nothing', async () => {
    store.plant('storeThrottled', 1);
    await expect(put('throttled')).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await isStored('throttled')).toBe(false);
  });

  it.each(['storeErrorAfterCommit', 'storeAnswerLost'] as const)(
    'writes, but the caller sees an error: %s',
    async (fault) => {
      store.plant(fault, 1);
      await expect(put(fault)).rejects.toThrow();
      expect(await isStored(fault)).toBe(true);
    },
  );

  it('refuses a transaction as a conflict, and writes nothing', async () => {
    store.plant('transactionConflict', 1);
    const TransactItems = ['x', 'y'].map((pk) => ({ Put: { TableName, Item: { pk: { S: pk } } } }));
    const error = await client
      .send(new TransactWriteItemsCommand({ TransactItems }))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }] });
    expect(await isStored('x')).toBe(false);
  });

  it('counts how often each fault hit a call', () => {
    expect(store.hits).toEqual({
      storeThrottled: 1,
      storeErrorAfterCommit: 1,
      storeAnswerLost: 1,
      transactionConflict: 1,
    });
  });
});
