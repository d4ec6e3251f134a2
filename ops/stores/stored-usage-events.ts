import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { batchGet } from '../../lambdas/shared/stores/batch-get';
import { parseUsageEventItem } from '../../lambdas/shared/stores/usage-events';
import type { Installation } from '../installation/installation';

type Stored = Pick<Installation, 'dynamoDb' | 'tables'>;

/** An item of the UsageEvents table, as a document. */
export type StoredItem = Readonly<Record<string, unknown>>;

/** The events of these keys that are still stored, by their key within the subscription. */
export async function findUsageEvents(
  { dynamoDb: client, tables }: Stored,
  { subscriptionId, keys }: { subscriptionId: string; keys: readonly string[] },
): Promise<Map<string, UsageEvent>> {
  const prefix = `${subscriptionId}#`;
  const items = await batchGet(
    keys.map((key) => `${prefix}${key}`),
    undefined,
    { client, sleep: async (ms) => sleep(ms), tableName: tables.usageEvents },
  );
  const found = new Map<string, UsageEvent>();
  for (const item of items) {
    const parsed = parseUsageEventItem(item);
    const { pk } = z.object({ pk: z.string() }).parse(item);
    if ('event' in parsed) found.set(pk.slice(prefix.length), parsed.event);
  }
  return found;
}

/** About how many events are stored: DynamoDB counts every six hours. */
export async function countUsageEvents({ dynamoDb, tables }: Stored): Promise<number> {
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: tables.usageEvents }));
  return Table?.ItemCount ?? 0;
}

const PAGE_ITEMS = 500;

/**
 * Everything in the UsageEvents table, page by page: nothing else finds events by their time. The pages hold items as
 * they are now, which of one that was written over is not what was stored first.
 */
export async function* scanUsageEvents({ dynamoDb: client, tables }: Stored): AsyncGenerator<StoredItem[]> {
  const pages = paginateScan({ client }, { TableName: tables.usageEvents, ConsistentRead: true, Limit: PAGE_ITEMS });
  for await (const { Items = [] } of pages) yield Items;
}
