import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { toEntitlementsChange } from '../../lambdas/shared/domain/subscription-change';
import { DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements-dynamodb';
import { toNotice } from '../../lambdas/shared/stores/notices';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { aSubscription } from '../builders/a-subscription';
import { anEntitlement } from '../builders/an-entitlement';
import { InMemoryEntitlements } from '../fakes/in-memory-entitlements';
import { InMemorySubscriptions } from '../fakes/in-memory-subscriptions';
import { documentClient, givenTable } from '../setup/tables';
import { itKeepsEntitlements } from './entitlements.contract';

async function givenStores() {
  const [subscriptions, notices] = await Promise.all([givenTable('subscriptions'), givenTable('notices')]);
  const tables = { subscriptions, notices };
  return {
    tables,
    subscriptions: new DynamoDbSubscriptions(documentClient, tables),
    entitlements: new DynamoDbEntitlementStore(documentClient, tables),
  };
}

itKeepsEntitlements('The fake', async () => {
  const subscriptions = new InMemorySubscriptions();
  return { subscriptions, entitlements: new InMemoryEntitlements(subscriptions) };
});
itKeepsEntitlements('DynamoDB', givenStores);

describe('The entitlements in the Subscriptions table', () => {
  it('put their notice into the outbox in the same transaction', async () => {
    const { tables, subscriptions, entitlements } = await givenStores();
    const subscription = aSubscription();
    await subscriptions.save({ before: undefined, after: subscription });
    const { subscriptionId } = subscription;
    const checkedAt = '2026-11-02T00:00:00.000Z';
    const checked = { subscriptionId, checkedAt, entitlements: [anEntitlement({ amount: '12' })] };
    const change = toEntitlementsChange(subscription, checked, checkedAt);
    await entitlements.save({ checked, comparedWith: undefined, nextCheckAtMs: undefined, change });
    const Key = { pk: subscriptionId, sk: 2 };
    const { Item } = await documentClient.send(new GetCommand({ TableName: tables.notices, Key }));
    expect(toNotice(Item)).toMatchObject({
      kind: 'EntitlementsChanged',
      version: 2,
      checkedAt,
      entitlements: [{ dimension: 'requests', kind: 'integer', value: '12' }],
    });
  });
});
