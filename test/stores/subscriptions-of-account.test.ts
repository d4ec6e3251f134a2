import { describe, expect, it } from '@jest/globals';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbAccountSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-of-account';
import { aSubscription } from '../builders/a-subscription';
import { InMemorySubscriptions } from '../fakes/in-memory-subscriptions';
import { documentClient, givenTable } from '../setup/tables';

async function inMemory() {
  const subscriptions = new InMemorySubscriptions();
  return { store: subscriptions, reader: subscriptions };
}

async function inDynamoDb() {
  const [subscriptions, notices] = await Promise.all([givenTable('subscriptions'), givenTable('notices')]);
  return {
    store: new DynamoDbSubscriptions(documentClient, { subscriptions, notices }),
    reader: new DynamoDbAccountSubscriptionReader({ client: documentClient, tableName: subscriptions }),
  };
}

describe.each([
  ['The fake', inMemory],
  ['DynamoDB', inDynamoDb],
])('%s as a reader of the subscriptions of an account', (_name, open) => {
  it('lists them page by page, and nobody else’s', async () => {
    const { store, reader } = await open();
    const customerAWSAccountId = '111122223333';
    const its = [1, 2, 3].map(() => aSubscription({ customerAWSAccountId }));
    for (const after of [...its, aSubscription()]) await store.save({ before: undefined, after });
    const first = await reader.listOfAccount({ customerAWSAccountId, limit: 2 });
    const after = first.subscriptions.at(-1)?.subscriptionId;
    const second = await reader.listOfAccount({ customerAWSAccountId, after, limit: 2 });
    expect([...first.subscriptions, ...second.subscriptions]).toEqual(its);
    expect([first.left, second.left]).toEqual([true, false]);
    await expect(reader.listOfAccount({ customerAWSAccountId: '1', limit: 2 })).resolves.toEqual({
      subscriptions: [],
      left: false,
    });
  });
});
