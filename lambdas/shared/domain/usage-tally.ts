import { sum, type Decimal } from './decimal';
import { hourOf, nextHour, type Hour, type HourKey } from './hour';
import type { TagSet } from './tag-set';
import { usageEventKey, type UsageEvent } from './usage-event';

/** What the hour needs to know of an event. */
export interface TalliedEvent {
  /** `usageEventKey` of the event. */
  key: string;
  quantity: Decimal;
  tags: TagSet;
}

/** What one delivery of the stream adds to one hour. */
export interface UsageTally extends HourKey {
  /** Distinct, sorted by key: the same events make the same tally in whatever order they were delivered. */
  events: TalliedEvent[];
  /** The hour that all of them were used in, when they found it sealed and came here; absent: this hour. */
  usedIn?: Hour;
}

/** An event of an hour, and when it was used if that was in an hour before. */
export interface FoldedEvent extends TalliedEvent {
  usedIn?: Hour;
}

/** Each event of an hour once, by key. */
export type Fold = ReadonlyMap<string, FoldedEvent>;

/** Sorts a delivery into the hours it belongs to. An event that is in it twice counts once; the first stands. */
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
 * Counts each event once over tallies that may overlap (a re-cut delivery puts an event into a second tally). Should
 * two tallies disagree on an event, the order of the tallies' own ids decides, so that every reader folds the same.
 */
export function foldTallies(tallies: Iterable<UsageTally>): Fold {
  const fold = new Map<string, FoldedEvent>();
  for (const { events, usedIn } of tallies) {
    for (const tallied of events) {
      const event = usedIn === undefined ? tallied : { ...tallied, usedIn };
      if (!fold.has(event.key)) fold.set(event.key, event);
    }
  }
  return fold;
}

/**
 * What is left of a tally whose hour is sealed: the events that the hour does not hold, for the next hour. What a contract
 * covers of them is still reckoned in the hour they were used in.
 */
export function movedForward(tally: UsageTally, fold: Fold): UsageTally {
  const { hour, usedIn = hour } = tally;
  return { ...tally, events: tally.events.filter(({ key }) => !fold.has(key)), hour: nextHour(hour), usedIn };
}

/** Cuts a tally into several, none of which is larger than `maxBytes` unless it is a single event. */
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

/** What was used in which hour, of what an hour holds. */
export function totalsByUse(fold: Fold, hour: Hour): Map<Hour, Decimal> {
  const byHour = Map.groupBy(fold.values(), ({ usedIn }) => usedIn ?? hour);
  return new Map([...byHour].map(([usedIn, events]) => [usedIn, sum(events.map(({ quantity }) => quantity))]));
}

const utf8 = new TextEncoder();

/** An upper bound of what an event takes in the stored tally: a number takes at most 21 bytes, list entries a few. */
function talliedEventBytes({ key, tags }: TalliedEvent): number {
  const PER_EVENT_OVERHEAD_BYTES = 40;
  return utf8.encode(key).length + JSON.stringify(tags).length + PER_EVENT_OVERHEAD_BYTES;
}

function sortedByKey(events: Iterable<TalliedEvent>): TalliedEvent[] {
  return [...events].sort((a, b) => (a.key < b.key ? -1 : 1));
}
