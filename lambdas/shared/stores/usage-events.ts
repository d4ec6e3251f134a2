import * as z from 'zod';
import { plainWords, problemsInWords } from '../contract/plain-problems';
import { decimalText } from '../domain/decimal';
import { usageEventKey, type UsageEvent } from '../domain/usage-event';
import { putOrExisting } from './conditional-writes';
import type { Database } from './database';
import { decimalFromText, storedDecimal, toStoredNumber } from './stored-values';

/**
 * UsageEvents: append-only, first write wins.
 *
 *   pk = `<subscriptionId>#<source>#<id>`; no sort key, so that a busy subscription spreads over partitions.
 *
 * In pk, `source` has `%` and `#` escaped as `%25` and `%23`. An application in the account can put the same items
 * itself, with the condition `attribute_not_exists(pk)`. The table's stream feeds aggregate-usage.
 */
export interface UsageEventStore {
  /** Stores the event unless its id is taken. `expiresAtSeconds` is when DynamoDB may delete it. */
  put(event: UsageEvent, expiresAtSeconds: number): Promise<UsageEventPut>;
}

/** `differs`: the id is taken by an event with another quantity or dimension, or other tags. */
export type UsageEventPut = 'stored' | 'duplicate' | 'differs';

/** The item that stores an event. */
export function usageEventItem(event: UsageEvent, expiresAtSeconds: number): Record<string, unknown> {
  const { subscriptionId, source, id, dimension, quantity, timeMs, receivedAtMs, tags } = event;
  return {
    pk: `${subscriptionId}#${usageEventKey(event)}`,
    subscriptionId,
    source,
    id,
    dimension,
    quantity: toStoredNumber(quantity),
    time: new Date(timeMs).toISOString(),
    receivedAt: new Date(receivedAtMs).toISOString(),
    ...(Object.keys(tags).length > 0 && { tags }),
    expiresAt: expiresAtSeconds,
  };
}

/** Hours have four digits for the year. A time zone can push `9999-12-31` into a fifth, where hours sort wrongly. */
const LATEST_MS = Date.UTC(9999, 0, 1);

const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .refine((epochMs) => epochMs >= 0 && epochMs < LATEST_MS, 'not a time between 1970 and 9998');

/** Applications may write a decimal as text, which is as exact as a number. */
const quantity = z.union([storedDecimal, decimalFromText]);

const item = z
  .object({
    pk: z.string(),
    subscriptionId: z.string().regex(/^[^#]{1,200}$/),
    source: z.string().max(512),
    id: z.string().min(1).max(512),
    dimension: z.string().min(1).max(255),
    quantity,
    time: instant,
    receivedAt: instant,
    tags: z.record(z.string(), z.string()).default({}),
  })
  .transform(({ pk, time, receivedAt, ...rest }, context): UsageEvent => {
    const event = { ...rest, timeMs: time, receivedAtMs: receivedAt };
    if (pk !== `${event.subscriptionId}#${usageEventKey(event)}`)
      context.addIssue('pk is not <subscriptionId>#<source>#<id>');
    return event;
  });

/**
 * Reads an item, which any application in the account may have written.
 * @returns the event, or a sentence that says what is wrong with the item.
 */
export function parseUsageEventItem(document: unknown): { event: UsageEvent } | { problem: string } {
  const parsed = item.safeParse(document, { error: plainWords });
  return parsed.success ? { event: parsed.data } : { problem: problemsInWords(parsed.error.issues, 'item') };
}

/**
 * Compares an event with the item that has its id. The time is left out, because a sender who gives none gets the time of
 * the request. An item that cannot be read says something else.
 */
export function comparedWith(existing: unknown, event: UsageEvent): 'duplicate' | 'differs' {
  const parsed = parseUsageEventItem(existing);
  return 'event' in parsed && contentOf(parsed.event) === contentOf(event) ? 'duplicate' : 'differs';
}

function contentOf({ dimension, quantity, tags }: UsageEvent): string {
  return JSON.stringify([dimension, decimalText(quantity), Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

export class DynamoDbUsageEventStore implements UsageEventStore {
  constructor(private readonly database: Database<'usageEvents'>) {}

  async put(event: UsageEvent, expiresAtSeconds: number): Promise<UsageEventPut> {
    const TableName = this.database.tables.usageEvents;
    const existing = await putOrExisting(this.database, { TableName, Item: usageEventItem(event, expiresAtSeconds) });
    return existing === undefined ? 'stored' : comparedWith(existing, event);
  }
}
