import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { usageEventKey, type UsageEvent } from '../../lambdas/shared/domain/usage-event';
import {
  comparedWith,
  type UsageEventPut,
  type UsageEventStore,
  usageEventItem,
} from '../../lambdas/shared/stores/usage-events';

/** The store of a dry run: it answers as the table would and writes nothing. */
export class UnwrittenUsageEvents implements UsageEventStore {
  readonly #seen = new Map<string, Record<string, unknown>>();

  constructor(private readonly options: { client: DynamoDBDocumentClient; tableName: string }) {}

  async put(event: UsageEvent, expiresAtSeconds: number): Promise<UsageEventPut> {
    const pk = `${event.subscriptionId}#${usageEventKey(event)}`;
    const seen = this.#seen.get(pk);
    if (seen !== undefined) return comparedWith(seen, event);
    const { client, tableName } = this.options;
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { pk }, ConsistentRead: true }));
    this.#seen.set(pk, Item ?? usageEventItem(event, expiresAtSeconds));
    return Item === undefined ? 'stored' : comparedWith(Item, event);
  }
}
