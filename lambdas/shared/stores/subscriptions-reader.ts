import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Subscription } from '../domain/subscription';
import { batchGet, type BatchGetOptions } from './batch-get';
import { SUBSCRIPTION_SORT_KEY, storedSubscription, type SubscriptionReader } from './subscriptions';

export class DynamoDbSubscriptionReader implements SubscriptionReader {
  readonly #options: BatchGetOptions;

  constructor(client: DynamoDBDocumentClient, tableName: string, pause?: (ms: number) => Promise<unknown>) {
    this.#options = { client, tableName, pause };
  }

  async getMany(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>> {
    const items = await batchGet(subscriptionIds, SUBSCRIPTION_SORT_KEY, this.#options);
    const subscriptions = items.map((item) => storedSubscription.parse(item));
    return new Map(subscriptions.map((subscription) => [subscription.subscriptionId, subscription]));
  }
}
