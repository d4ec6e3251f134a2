import { paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ENDING_SORT_KEY } from '../../lambdas/shared/stores/endings';
import { storedInteger } from '../../lambdas/shared/stores/stored-values';
import type { Installation } from '../installation/installation';

/** What the HourlyUsage table keeps of a subscription beside its hours. */
type Ledger = Pick<Installation, 'dynamoDb' | 'tables'>;

/** An item `setAside#…` or `overwritten#…`. */
export interface Mark {
  kind: 'setAside' | 'overwritten';
  subscriptionId: string;
  usageEventPk: string;
  reason: string;
  message: string;
  /** When the event reached us, if it says so. */
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

/** The document is whatever somebody put; only its time is of interest, and only if it is one. */
const document = z.object({ receivedAt: z.iso.datetime({ offset: true }) });

/** What was set aside of a subscription (or of `unknown`). */
export async function* listMarks(ledger: Ledger, subscriptionId: string): AsyncGenerator<Mark> {
  for (const kind of ['setAside', 'overwritten'] as const) {
    for await (const item of itemsOf(ledger, subscriptionId, `${kind}#`)) yield toMark(item);
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
    // Cut off, or not an event at all.
    return undefined;
  }
}

const endingItem = z.object({ openedAt: storedInteger, dueAt: storedInteger });

/** Whether its last hours are being billed just now: since when, and when the next pass is due. */
export async function findEnding(
  { dynamoDb, tables }: Ledger,
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

async function* itemsOf(
  { dynamoDb: client, tables }: Ledger,
  subscriptionId: string,
  prefix: string,
): AsyncGenerator<unknown> {
  const pages = paginateQuery(
    { client },
    {
      TableName: tables.hourlyUsage,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': subscriptionId, ':prefix': prefix },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items;
}
