import * as z from 'zod';
import { decimalText } from '../domain/decimal';
import type { HourKey } from '../domain/hour';
import type { TalliedEvents } from '../domain/usage-tally';
import { decimalFromText, storedHour } from './stored-values';

/**
 * The events that an hour's own item holds: a set of texts, so that an event that comes again adds nothing. Each text is
 * the JSON of key, quantity and, as far as the event has them, tags and hour of use.
 */
export function inlineTexts({ events, usedIn }: TalliedEvents): string[] {
  return events.map(({ key, quantity, tags }) => {
    const rest = usedIn !== undefined ? [tags, usedIn] : Object.keys(tags).length > 0 ? [tags] : [];
    return JSON.stringify([shortKey(key), decimalText(quantity), ...rest]);
  });
}

const inlineEvent = z.tuple([
  z.string(),
  decimalFromText,
  z.record(z.string(), z.string()).default({}),
  storedHour.optional(),
]);

/** The events by hour of use, in an order that depends only on them. */
export const storedInline = z.set(z.string()).transform((texts): TalliedEvents[] => {
  const events = [...texts].sort().map((text) => inlineEvent.parse(JSON.parse(text)));
  const byUse = Map.groupBy(events, ([, , , usedIn]) => usedIn);
  return [...byUse].map(([usedIn, its]) => ({
    events: its.map(([key, quantity, tags]) => ({ key: wholeKey(key), quantity, tags })),
    ...(usedIn && { usedIn }),
  }));
});

/** An upper bound of what texts add to the size of an item. */
export function inlineBytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
}

/** A write unit: an append costs one while the item of the open hour is not larger. */
export const OPEN_HOUR_BYTES = 1024;
/** The attributes of an open hour without its keys and inline events. */
const OTHER_ATTRIBUTES_BYTES = 115;

/** The bytes of inline events for which an hour's item has room. */
export function inlineRoom({ subscriptionId, hour, dimension }: HourKey, openHourBytes = OPEN_HOUR_BYTES): number {
  return openHourBytes - OTHER_ATTRIBUTES_BYTES - Buffer.byteLength(`${subscriptionId}${hour}#${dimension}`);
}

const UUID = /^#[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

/** Most ids are UUIDs, and 22 characters instead of 37 let an item hold half as many again. Every other key has a `#`. */
function shortKey(key: string): string {
  return UUID.test(key) ? Buffer.from(key.replaceAll(/[#-]/g, ''), 'hex').toString('base64url') : key;
}

function wholeKey(text: string): string {
  if (text.includes('#')) return text;
  const hex = Buffer.from(text, 'base64url').toString('hex');
  return `#${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`;
}
