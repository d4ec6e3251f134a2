import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { usageEventKey, type UsageEvent } from '../../lambdas/shared/domain/usage-event';
import type { UsageEventStore } from '../../lambdas/shared/stores/usage-events';

/** The store of a dry run: it answers as the table would and writes nothing. */
export class UnwrittenUsageEvents implements UsageEventStore {
  readonly #seen = new Set<string>();

  constructor(private readonly options: { client: DynamoDBDocumentClient; tableName: string }) {}

  async put(event: UsageEvent): Promise<'stored' | 'duplicate'> {
    const pk = `${event.subscriptionId}#${usageEventKey(event)}`;
    if (this.#seen.has(pk)) return 'duplicate';
    this.#seen.add(pk);
    const { client, tableName } = this.options;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: { pk }, ProjectionExpression: 'pk', ConsistentRead: true }),
    );
    return Item === undefined ? 'stored' : 'duplicate';
  }
}
