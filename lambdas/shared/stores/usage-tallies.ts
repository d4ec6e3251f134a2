import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { decimalText, type Decimal } from '../domain/decimal';
import { hourStartMs, type HourKey } from '../domain/hour';
import { tagSetKey, UNTAGGED, type TagSet } from '../domain/tag-set';
import type { OpenHour } from '../domain/hourly-usage';
import type { TalliedEvent, UsageTally } from '../domain/usage-tally';
import { attemptUpdate, IS_NEW, writeTogether, type TransactionPart } from './conditional-writes';
import type { Database } from './database';
import { pagesOfPartition } from './partition';
import { countDelivery, openHourWrite, parseHourItem } from './hourly-usage-items';
import { appendWrite, movedOut, movedOutWrite, type InlineSettings } from './inline-tallies';
import { storedHour, toDecimal } from './stored-values';

/**
 * UsageTallies: the events that each delivery of the stream added to an hour.
 *
 *   pk = `<subscriptionId>#<hour>#<dimension>`
 *   sk = hash of the content: a redelivery has the same key
 *      | `inline#<version>#<n>` of events that moved out of the hour's own item
 *
 * The events are one attribute, compressed when that can save a write unit. Ids take most of its bytes, and compression
 * shortens a UUID by a third.
 */
export interface UsageTallyStore {
  /**
   * Adds the events to an open or new hour: to its own item if they are few, else as a tally that the hour counts in the
   * same transaction. A new hour can be sealed at `dueAtMs`.
   */
  add(tally: UsageTally, dueAtMs: number): Promise<AddTallyResult>;
  /** All tallies of an hour in order of their ids; strongly consistent (but read-committed against transactions). */
  ofHour(hourKey: HourKey): Promise<UsageTally[]>;
}

/**
 * `conflict`: another write of the same hour was in progress. Nothing was written; try again. Only tallies are recognized
 * as `alreadyAdded`: few events that come again are added again, and the fold counts them once.
 */
export type AddTallyResult = 'added' | 'alreadyAdded' | 'hourNotOpen' | 'conflict';

/** Below DynamoDB's limit of 400 KB an item, with room for keys. */
export const MAX_TALLY_BYTES = 350_000;

const DAY_SECONDS = 86_400;
/** Longer than any redelivery, and than the longest wait for an activation after which usage is still billed. */
const TALLY_RETENTION_DAYS = 400;

/** For functions that only read tallies. */
export class DynamoDbUsageTallyReader implements Pick<UsageTallyStore, 'ofHour'> {
  constructor(private readonly database: Database<'usageTallies'>) {}

  async ofHour({ subscriptionId, dimension, hour }: HourKey): Promise<UsageTally[]> {
    const hourKey = { subscriptionId, dimension, hour };
    const { client, tables } = this.database;
    const tallies: UsageTally[] = [];
    for await (const items of pagesOfPartition({ client, tableName: tables.usageTallies }, tallyPartitionKey(hourKey)))
      tallies.push(...items.map((item) => ({ ...hourKey, ...parseTallyItem(item) })));
    return tallies;
  }
}

export class DynamoDbUsageTallyStore extends DynamoDbUsageTallyReader implements UsageTallyStore {
  readonly #database: Database<'usageTallies' | 'hourlyUsage'>;

  constructor(
    database: Database<'usageTallies' | 'hourlyUsage'>,
    private readonly settings: { eventRetentionDays: number } & InlineSettings,
  ) {
    super(database);
    this.#database = database;
  }

  async add(tally: UsageTally, dueAtMs: number): Promise<AddTallyResult> {
    const append = appendWrite(tally, { ...this.settings, dueAtMs });
    if (append === undefined) return this.#put(tally, dueAtMs);
    const TableName = this.#database.tables.hourlyUsage;
    const result = await attemptUpdate(this.#database, { TableName, ...append });
    if (result.outcome === 'written') return 'added';
    if (result.outcome === 'conflict') return 'conflict';
    const hour = parseHourItem(result.item);
    return hour.state === 'open' ? this.#moveOut(hour, tally) : 'hourNotOpen';
  }

  async #put(tally: UsageTally, dueAtMs: number): Promise<AddTallyResult> {
    const TableName = this.#database.tables.hourlyUsage;
    const result = await writeTogether(this.#database, [
      this.#tallyPut(tally, tallyId(tally)),
      { Update: { TableName, ...countedIn(tally, dueAtMs) } },
    ]);
    if (result.outcome === 'written') return 'added';
    if (result.outcome === 'conflict') return 'conflict';
    // The tally decides first: if it was added before, the hour may have been closed since.
    return result.parts.includes(0) ? 'alreadyAdded' : 'hourNotOpen';
  }

  /** Makes tallies of the hour's inline events and of a delivery for which it has no room. */
  async #moveOut(hour: OpenHour, tally: UsageTally): Promise<AddTallyResult> {
    const TableName = this.#database.tables.hourlyUsage;
    const tallies = movedOut(hour, tally);
    const result = await writeTogether(this.#database, [
      // Events that come again after they moved out make the same tally again, so its content cannot name it.
      ...tallies.map((each, n) => this.#tallyPut(each, `inline#${hour.inlineVersion}#${n}`)),
      { Update: { TableName, ...movedOutWrite(hour, tally, tallies.length) } },
    ]);
    return result.outcome === 'written' ? 'added' : 'conflict';
  }

  #tallyPut(tally: UsageTally, id: string): TransactionPart {
    const retentionDays = Math.max(TALLY_RETENTION_DAYS, this.settings.eventRetentionDays + 60);
    const expiresAt = hourStartMs(tally.hour) / 1000 + retentionDays * DAY_SECONDS;
    const Item = { ...tallyItem(tally, id), expiresAt };
    return { Put: { TableName: this.#database.tables.usageTallies, Item, ConditionExpression: IS_NEW } };
  }
}

/** Opens the hour if needed and counts one more tally, and the events in it. */
function countedIn(tally: UsageTally, dueAtMs: number) {
  const { UpdateExpression, ExpressionAttributeValues, ...write } = openHourWrite(tally, dueAtMs);
  const { adds, values } = countDelivery(tally);
  return {
    ...write,
    UpdateExpression: `${UpdateExpression} ${adds}`,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...values },
  };
}

function tallyPartitionKey({ subscriptionId, hour, dimension }: HourKey): string {
  return `${subscriptionId}#${hour}#${dimension}`;
}

/**
 * The tally's id: the same events with the same quantities and tags have the same id. The time of use is not part of
 * it, because stored events never change.
 */
export function tallyId({ events }: UsageTally): string {
  const content = events.map(({ key, quantity, tags }) =>
    JSON.stringify([key, decimalText(quantity), tagSetKey(tags)]),
  );
  return hash('sha256', content.join(''), 'base64url').slice(0, 22);
}

function tallyItem(tally: UsageTally, id: string) {
  const { events, usedIn } = tally;
  return { pk: tallyPartitionKey(tally), sk: id, events: packEvents(events), ...(usedIn && { usedIn }) };
}

/** Parallel lists of keys and quantities, and for tagged usage the index of each event's tag set. */
const packedEvents = z
  .object({
    ids: z.array(z.string()),
    quantities: z.array(z.string()),
    tagSets: z.array(z.record(z.string(), z.string())).default([]),
    tagSetOf: z.array(z.int()).default([]),
  })
  .transform(({ ids, quantities, tagSets, tagSetOf }, context): TalliedEvent[] => {
    if (ids.length !== quantities.length) context.addIssue('ids and quantities differ in length');
    const decimals = new Map<string, Decimal>();
    return ids.map((key, index) => ({
      key,
      // Most events share few quantities, and a decimal takes more memory than the rest of an event.
      quantity: once(decimals, quantities[index] ?? '', (text) => toDecimal(text, context)),
      tags: tagSets[tagSetOf[index] ?? -1] ?? UNTAGGED,
    }));
  });

function once<Value>(known: Map<string, Value>, text: string, make: (text: string) => Value): Value {
  const value = known.get(text) ?? make(text);
  known.set(text, value);
  return value;
}

/** Up to this size the item, with its key and time to live, fits into the 1 KB of one write unit. */
const MAX_PLAIN_BYTES = 640;

function packEvents(events: readonly TalliedEvent[]): string | Uint8Array {
  const tagSets = new Map<string, { tags: TagSet; index: number }>();
  const tagSetOf = events.map(({ tags }) => {
    const key = tagSetKey(tags);
    const known = tagSets.get(key) ?? { tags, index: tagSets.size };
    tagSets.set(key, known);
    return known.index;
  });
  const packed = JSON.stringify({
    ids: events.map(({ key }) => key),
    quantities: events.map(({ quantity }) => decimalText(quantity)),
    ...(!(tagSets.size === 1 && tagSets.has('')) && {
      tagSets: [...tagSets.values()].map(({ tags }) => tags),
      tagSetOf,
    }),
  });
  return Buffer.byteLength(packed) <= MAX_PLAIN_BYTES ? packed : deflateRawSync(packed);
}

/** Far more than a tally of ours holds, which is cut at `MAX_TALLY_BYTES` before it is deflated. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;

const packedText = z.union([
  z.string(),
  z
    .instanceof(Uint8Array)
    .transform((bytes) => inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8')),
]);

const tallyDocument = z.object({ events: packedText, usedIn: storedHour.optional() });

function parseTallyItem(document: unknown): Pick<UsageTally, 'events' | 'usedIn'> {
  const { events, usedIn } = tallyDocument.parse(document);
  return { events: packedEvents.parse(JSON.parse(events)), ...(usedIn && { usedIn }) };
}
