import type { Subscription } from '../domain/subscription';
import { batchGet } from './batch-get';
import type { Database } from './database';
import { SUBSCRIPTION_SORT_KEY, storedSubscription, type SubscriptionReader } from './subscriptions';

export class DynamoDbSubscriptionReader implements SubscriptionReader {
  constructor(private readonly database: Database<'subscriptions'>) {}

  async getMany(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>> {
    const { tables, ...database } = this.database;
    const options = { ...database, tableName: tables.subscriptions };
    const items = await batchGet(subscriptionIds, SUBSCRIPTION_SORT_KEY, options);
    const subscriptions = items.map((item) => storedSubscription.parse(item));
    return new Map(subscriptions.map((subscription) => [subscription.subscriptionId, subscription]));
  }
}
