import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { aSubscription } from '../builders/a-subscription';

describe('reading many subscriptions', () => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const dynamoDb = mockClient(client);
  const pauses: number[] = [];
  const reader = new DynamoDbSubscriptionReader({
    client,
    tables: { subscriptions: 'table' },
    sleep: async (ms) => void pauses.push(ms),
  });

  beforeEach(() => {
    pauses.length = 0;
    dynamoDb.reset();
    dynamoDb.rejects(new Error('unexpected call'));
  });

  it('asks again for the keys that DynamoDB left unprocessed', async () => {
    const [first, second] = [aSubscription(), aSubscription()];
    const Keys = [{ pk: second.subscriptionId, sk: 'subscription' }];
    dynamoDb
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { table: [first] }, UnprocessedKeys: { table: { Keys } } })
      .resolves({ Responses: { table: [second] } });
    const found = await reader.getMany([first.subscriptionId, second.subscriptionId]);
    expect([...found.values()]).toEqual([first, second]);
    expect(dynamoDb.commandCalls(BatchGetCommand)[1]?.args[0].input.RequestItems?.table?.Keys).toEqual(Keys);
  });

  it('fails when keys stay unprocessed, rather than report them as missing', async () => {
    const Keys = [{ pk: 's-1', sk: 'subscription' }];
    dynamoDb.on(BatchGetCommand).resolves({ UnprocessedKeys: { table: { Keys } } });
    await expect(reader.getMany(['s-1'])).rejects.toThrow('unprocessed');
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  });
});
