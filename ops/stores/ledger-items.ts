import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ENDING_SORT_KEY } from '../../lambdas/shared/stores/endings';
import { itemsOfPartition } from '../../lambdas/shared/stores/partition';
import { storedInteger } from '../../lambdas/shared/stores/stored-values';
import type { InstalledTables } from '../installation/installation';

/** An item `setAside#…` or `overwritten#…` of the HourlyUsage table. */
export interface Mark {
  kind: 'setAside' | 'overwritten';
  subscriptionId: string;
  usageEventPk: string;
  reason: string;
  message: string;
  /** When the event arrived, if the item says so. */
  receivedAt?: string;
}

const markItem = z.object({
  pk: z.string(),
  sk: z.string(),
  usageEventPk: z.string(),
  reason: z.string(),
  message: z.string(),
  document: z.string(),
});

/** The document may hold anything. Only its time is read, if it is a time. */
const document = z.object({ receivedAt: z.iso.datetime({ offset: true }) });

/** The marks of a subscription, or of `unknown`. */
export async function* listMarks(
  { dynamoDb: client, tables }: InstalledTables,
  subscriptionId: string,
): AsyncGenerator<Mark> {
  const ledger = { client, tableName: tables.hourlyUsage };
  for (const kind of ['setAside', 'overwritten'] as const) {
    for await (const item of itemsOfPartition(ledger, subscriptionId, { prefix: `${kind}#` })) yield toMark(item);
  }
}

export function isMark(sortKey: string): boolean {
  return /^(setAside|overwritten)#/.test(sortKey);
}

export function toMark(item: unknown): Mark {
  const { pk, sk, document: text, ...rest } = markItem.parse(item);
  const kind = sk.startsWith('setAside#') ? 'setAside' : 'overwritten';
  return { kind, subscriptionId: pk, ...rest, receivedAt: receivedAtOf(text) };
}

function receivedAtOf(text: string): string | undefined {
  try {
    return document.parse(JSON.parse(text)).receivedAt;
  } catch {
    // Truncated, or not an event.
    return undefined;
  }
}

const endingItem = z.object({ openedAt: storedInteger, dueAt: storedInteger });

/** If the subscription's last hours are being billed: since when, and when the next pass is due. */
export async function findEnding(
  { dynamoDb, tables }: InstalledTables,
  subscriptionId: string,
): Promise<{ openedAtMs: number; nextPassAtMs: number } | undefined> {
  const { Items = [] } = await dynamoDb.send(
    new QueryCommand({
      TableName: tables.hourlyUsage,
      KeyConditionExpression: 'pk = :pk AND sk = :sk',
      ExpressionAttributeValues: { ':pk': subscriptionId, ':sk': ENDING_SORT_KEY },
      ConsistentRead: true,
    }),
  );
  const parsed = endingItem.safeParse(Items[0]);
  return parsed.success ? { openedAtMs: parsed.data.openedAt, nextPassAtMs: parsed.data.dueAt } : undefined;
}
