import { decimalText, sum, type Decimal } from './decimal';
import { hourOf, nextHour, type Hour, type HourKey } from './hour';
import { tagSetKey, type TagSet } from './tag-set';
import { usageEventKey, type UsageEvent } from './usage-event';

/** The fields of an event that its hour needs. */
export interface TalliedEvent {
  /** `usageEventKey` of the event. */
  key: string;
  quantity: Decimal;
  tags: TagSet;
}

/** Events of one hour of use. */
export interface TalliedEvents {
  events: TalliedEvent[];
  /** The hour of use, if it was closed already and the events moved forward to this hour; absent: this hour. */
  usedIn?: Hour;
}

/**
 * The events that one delivery of the stream adds to one hour: distinct and sorted by key, so that the same events make
 * the same tally in whatever order they were delivered.
 */
export interface UsageTally extends HourKey, TalliedEvents {}

/** An event of an hour, with the hour of use if that was an earlier one. */
interface FoldedEvent extends TalliedEvent {
  usedIn?: Hour;
}

/** Each event of an hour once, by key. */
export type Fold = ReadonlyMap<string, FoldedEvent>;

/** Groups a delivery by hour. An event that occurs twice counts once, as it came first. */
export function talliesOf(events: Iterable<UsageEvent>): UsageTally[] {
  const hours = new Map<string, HourKey & { byKey: Map<string, TalliedEvent> }>();
  for (const event of events) {
    const { subscriptionId, dimension, quantity, tags } = event;
    const hour = hourOf(event.timeMs);
    const name = `${subscriptionId}#${hour}#${dimension}`;
    const group = hours.get(name) ?? { subscriptionId, dimension, hour, byKey: new Map<string, TalliedEvent>() };
    hours.set(name, group);
    const key = usageEventKey(event);
    if (!group.byKey.has(key)) group.byKey.set(key, { key, quantity, tags });
  }
  return [...hours.values()].map(({ byKey, ...hourKey }) => ({ ...hourKey, events: sortedByKey(byKey.values()) }));
}

/**
 * Counts each event once over events that came by several ways: a batch that Lambda cuts differently on retry puts an
 * event into a second tally, and an event that comes again may be in the hour's own item, too. If two disagree on an
 * event, its content decides, so that every reader gets the same fold in whatever order it reads.
 */
export function foldTallies(tallies: Iterable<TalliedEvents>): Fold {
  const fold = new Map<string, FoldedEvent>();
  for (const { events, usedIn } of tallies) {
    for (const tallied of events) {
      const event = usedIn === undefined ? tallied : { ...tallied, usedIn };
      const known = fold.get(event.key);
      if (known === undefined || contentOf(event) < contentOf(known)) fold.set(event.key, event);
    }
  }
  return fold;
}

function contentOf({ quantity, tags, usedIn }: FoldedEvent): string {
  return JSON.stringify([decimalText(quantity), tagSetKey(tags), usedIn]);
}

/** Tallies of the events of a fold: one for each hour of use. */
export function talliesOfFold(fold: Fold, { subscriptionId, dimension, hour }: HourKey): UsageTally[] {
  return [...Map.groupBy(fold.values(), ({ usedIn }) => usedIn)].map(([usedIn, events]) => ({
    subscriptionId,
    dimension,
    hour,
    events: sortedByKey(events.map(({ key, quantity, tags }) => ({ key, quantity, tags }))),
    ...(usedIn && { usedIn }),
  }));
}

/**
 * Moves a tally whose hour is closed to the next hour, without the events that the closed hour contains. `usedIn` keeps
 * the hour of use, because a contract covers usage in its period of use.
 */
export function movedForward(tally: UsageTally, fold: Fold): UsageTally {
  const { hour, usedIn = hour } = tally;
  return { ...tally, events: tally.events.filter(({ key }) => !fold.has(key)), hour: nextHour(hour), usedIn };
}

/** Splits a tally into parts of at most `maxBytes`; a single event may be larger. */
export function splitTally(tally: UsageTally, maxBytes: number): UsageTally[] {
  const parts: UsageTally[] = [];
  let events: TalliedEvent[] = [];
  let bytes = 0;
  for (const event of tally.events) {
    const eventBytes = talliedEventBytes(event);
    if (events.length > 0 && bytes + eventBytes > maxBytes) {
      parts.push({ ...tally, events });
      events = [];
      bytes = 0;
    }
    events.push(event);
    bytes += eventBytes;
  }
  return events.length > 0 ? [...parts, { ...tally, events }] : parts;
}

export function totalOf(fold: Fold): Decimal {
  return sum([...fold.values()].map(({ quantity }) => quantity));
}

/** The sum of a tally's quantities. */
export function quantityOf({ events }: TalliedEvents): Decimal {
  return sum(events.map(({ quantity }) => quantity));
}

/**
 * The events of the hours of use that `isChosen` chooses, those hours in order, and the other events. Usually there are
 * none, and a fold may have millions of events: then it is not copied.
 */
export function splitByUse(
  fold: Fold,
  hour: Hour,
  isChosen: (usedIn: Hour) => boolean,
): { chosen: Fold; hours: Hour[]; rest: Fold } {
  const chosen = new Map<string, FoldedEvent>();
  const used = new Set<Hour>();
  for (const { usedIn = hour } of fold.values()) used.add(usedIn);
  const hours = [...used].filter(isChosen).sort();
  if (hours.length === 0) return { chosen, hours, rest: fold };
  const rest = new Map<string, FoldedEvent>();
  for (const [key, event] of fold) (hours.includes(event.usedIn ?? hour) ? chosen : rest).set(key, event);
  return { chosen, hours, rest };
}

/** The events' quantities by hour of use. */
export function totalsByUse(fold: Fold, hour: Hour): Map<Hour, Decimal> {
  const byHour = Map.groupBy(fold.values(), ({ usedIn }) => usedIn ?? hour);
  return new Map([...byHour].map(([usedIn, events]) => [usedIn, sum(events.map(({ quantity }) => quantity))]));
}

const utf8 = new TextEncoder();

/** An upper bound of an event's bytes in the stored tally: a number takes at most 21 bytes, a list entry a few. */
function talliedEventBytes({ key, tags }: TalliedEvent): number {
  const PER_EVENT_OVERHEAD_BYTES = 40;
  return utf8.encode(key).length + JSON.stringify(tags).length + PER_EVENT_OVERHEAD_BYTES;
}

function sortedByKey(events: Iterable<TalliedEvent>): TalliedEvent[] {
  return [...events].sort((a, b) => (a.key < b.key ? -1 : 1));
}
