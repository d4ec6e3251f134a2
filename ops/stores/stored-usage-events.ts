import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { batchGet } from '../../lambdas/shared/stores/batch-get';
import { parseUsageEventItem } from '../../lambdas/shared/stores/usage-events';
import type { InstalledTables } from '../installation/installation';

/** An item of the UsageEvents table. */
export type StoredItem = Readonly<Record<string, unknown>>;

/** Those of the events that are still stored, by their key within the subscription. */
export async function findUsageEvents(
  { dynamoDb: client, tables }: InstalledTables,
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

/** The approximate number of stored events. DynamoDB updates it every six hours. */
export async function countUsageEvents({ dynamoDb, tables }: InstalledTables): Promise<number> {
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: tables.usageEvents }));
  return Table?.ItemCount ?? 0;
}

const PAGE_ITEMS = 500;

/**
 * The whole UsageEvents table, page by page: no index finds events by their time. The items are as they are now, which
 * for an overwritten item is not what was stored first.
 */
export async function* scanUsageEvents({ dynamoDb: client, tables }: InstalledTables): AsyncGenerator<StoredItem[]> {
  const pages = paginateScan({ client }, { TableName: tables.usageEvents, ConsistentRead: true, Limit: PAGE_ITEMS });
  for await (const { Items = [] } of pages) yield Items;
}
