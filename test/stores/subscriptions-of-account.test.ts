import { describe, expect, it } from 'vitest';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbAccountSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-of-account';
import { aSubscription } from '../builders/a-subscription';
import { ENGINES } from './engines';

describe.each(ENGINES)('the subscriptions of an account %s', (_engine, open) => {
  it('lists the subscriptions of an account page by page, without those of other accounts', async () => {
    const database = await open('subscriptions', 'notices');
    const store = new DynamoDbSubscriptions(database);
    const reader = new DynamoDbAccountSubscriptionReader(database);
    const customerAWSAccountId = '111122223333';
    const its = [1, 2, 3].map(() => aSubscription({ customerAWSAccountId }));
    for (const after of [...its, aSubscription()]) await store.save({ before: undefined, after });
    const first = await reader.listOfAccount({ customerAWSAccountId, limit: 2 });
    const after = first.subscriptions.at(-1)?.subscriptionId;
    const second = await reader.listOfAccount({ customerAWSAccountId, after, limit: 2 });
    expect([...first.subscriptions, ...second.subscriptions]).toEqual(its);
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
    await expect(reader.listOfAccount({ customerAWSAccountId: '1', limit: 2 })).resolves.toEqual({
      subscriptions: [],
      hasMore: false,
    });
  });
});
