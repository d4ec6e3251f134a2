import pMap from 'p-map';
import { hourEndMs } from '../shared/domain/hour';
import {
  refusalOf,
  usageEventKey,
  type LatenessPolicy,
  type UsageEvent,
  type UsageRefusal,
} from '../shared/domain/usage-event';
import { movedForward, splitTally, talliesOf, type UsageTally } from '../shared/domain/usage-tally';
import { RetryLaterError } from '../shared/domain/retry-later-error';
import type { Clock } from '../shared/runtime/ports';
import type { Counters } from '../shared/runtime/metrics';
import type { TableChange } from '../shared/runtime/table-changes';
import { readFoldedHour, type FoldedHourDeps } from '../shared/stores/folded-hour';
import { subscriptionNamedBy, type SetAsideEvent, type SetAsideEventStore } from '../shared/stores/set-aside-events';
import { parseUsageEventItem } from '../shared/stores/usage-events';
import type { SubscriptionReader } from '../shared/stores/subscriptions';
import type { UsageTallyStore } from '../shared/stores/usage-tallies';
import { isTallied } from './is-tallied';

export interface AggregateUsageDeps extends FoldedHourDeps {
  usageTallies: UsageTallyStore;
  setAsideEvents: SetAsideEventStore;
  /** For notices only; it must not affect any decision. */
  subscriptions: SubscriptionReader;
  counters: Counters<'aggregate-usage'>;
  /** Sets the time of notices, and ends a run in time; it must not affect where an event counts. */
  clock: Clock;
  /** Nothing is begun later. The rest of the batch is delivered again. */
  deadlineMs: number;
  latenessHours: number;
  graceMs: number;
  maxTallyBytes: number;
  /** Called for each failure whose events will be delivered again. */
  onFailure(error: unknown): void;
}

/** Below the 50 connections of the client. */
const CONCURRENCY = 24;
const MAX_CONFLICTS = 8;
const CONFLICT_WAIT_MS = 25;

/** A change is usage, or is set aside for the operator. */
type Classified =
  | { kind: 'usage'; change: TableChange; event: UsageEvent }
  /** The event is not valid usage under the current configuration. */
  | { kind: 'refused'; change: TableChange; event: UsageEvent; refusal: UsageRefusal }
  | { kind: 'malformed'; change: TableChange; problem: string }
  /** An application changed a stored event; the first version is billed. */
  | { kind: 'overwritten'; change: TableChange };

/**
 * Adds delivered events to their hours of use.
 *
 * Only the items decide, never the clock, so that redelivered, differently batched and late events get the same
 * decision, and each event counts in one hour only.
 *
 * @returns the sequence numbers of the changes to deliver again.
 */
export async function aggregateUsage(changes: readonly TableChange[], deps: AggregateUsageDeps): Promise<string[]> {
  const { counters } = deps;
  for (const name of ['UsageEventsMovedForward', 'UsageEventsSetAside', 'UsageEventsOverwritten'] as const)
    counters.count(name, 0);
  const classified = changes.map((change) => classify(change, deps));
  const usage = classified.filter((each) => each.kind === 'usage');
  const failed = new Set(await tallyUsage(usage, deps));
  for (const sequenceNumber of await setAsideAll(classified, deps)) failed.add(sequenceNumber);
  counters.count('UsageEventsTallied', usage.length);
  counters.count('UsageEventsToRedeliver', failed.size);
  return [...failed];
}

function classify(change: TableChange, policy: LatenessPolicy): Classified {
  if (change.oldImage !== undefined) return { kind: 'overwritten', change };
  const parsed = parseUsageEventItem(change.newImage);
  if ('problem' in parsed) return { kind: 'malformed', change, problem: parsed.problem };
  const { event } = parsed;
  const refusal = refusalOf(event, policy);
  return refusal === undefined ? { kind: 'usage', change, event } : { kind: 'refused', change, event, refusal };
}

/** Adds usage to its hours. @returns the sequence numbers of the changes that failed. */
async function tallyUsage(
  usage: readonly Extract<Classified, { kind: 'usage' }>[],
  deps: AggregateUsageDeps,
): Promise<string[]> {
  const byEvent = Map.groupBy(usage, ({ event }) => eventName(event.subscriptionId, usageEventKey(event)));
  const tallies = talliesOf(usage.map(({ event }) => event)).flatMap((tally) => splitTally(tally, deps.maxTallyBytes));
  const alone = tallies.map((tally) => [tally]);
  const failed = await workInTime(alone, { work: async (tally) => placeTally(tally, deps), what: 'tallies' }, deps);
  return failed
    .flatMap(({ subscriptionId, events }) => events.map(({ key }) => eventName(subscriptionId, key)))
    .flatMap((name) => byEvent.get(name) ?? [])
    .map(({ change }) => change.sequenceNumber);
}

/** @returns the sequence numbers of the changes that failed. */
async function setAsideAll(classified: readonly Classified[], deps: AggregateUsageDeps): Promise<string[]> {
  const unbilled = classified.filter((each) => each.kind !== 'usage');
  // Those of one item one after the other: transactions on one item refuse each other.
  const byItem = [...Map.groupBy(unbilled, ({ change }) => text(change.newImage.pk)).values()];
  const work = async (each: Unbilled) => setAside(each, deps);
  const failed = await workInTime(byItem, { work, what: 'items to set aside' }, deps);
  return failed.map(({ change }) => change.sequenceNumber);
}

/**
 * Works on many groups at once, and on those of a group one after the other, until the deadline.
 * @returns what failed, and what there was no time for.
 */
async function workInTime<Work>(
  groups: readonly (readonly Work[])[],
  { work, what }: { work(each: Work): Promise<void>; what: string },
  { clock, deadlineMs, onFailure }: AggregateUsageDeps,
): Promise<Work[]> {
  const failed: Work[] = [];
  let late = 0;
  await pMap(
    groups,
    async (group) => {
      for (const each of group) {
        if (clock.now() >= deadlineMs) {
          late += 1;
          failed.push(each);
          continue;
        }
        await work(each).catch((error: unknown) => {
          onFailure(error);
          failed.push(each);
        });
      }
    },
    { concurrency: CONCURRENCY },
  );
  if (late > 0) onFailure(new RetryLaterError(`There was no time for ${late} of ${groups.flat().length} ${what}.`));
  return failed;
}

type Unbilled = Exclude<Classified, { kind: 'usage' }>;

/** Keeps an item for the operator if it is not billed as it is. */
async function setAside(classified: Unbilled, deps: AggregateUsageDeps): Promise<void> {
  const { change } = classified;
  switch (classified.kind) {
    case 'malformed':
      return keep(change, { kind: 'setAside', reason: 'malformed', message: classified.problem }, deps);
    case 'refused':
      // If the event was accepted under an earlier configuration, it stays usage.
      if (await isTallied(classified.event, deps)) return;
      return keep(change, { kind: 'setAside', ...classified.refusal }, deps);
    case 'overwritten': {
      const changed = changedAttributes(change);
      if (changed.length === 0) return;
      const message = `Changed after it was stored: ${changed.join(', ')}. The first version is billed.`;
      return keep(change, { kind: 'overwritten', reason: 'overwritten', message }, deps);
    }
  }
}

/**
 * Adds a tally to its hour. If the hour is closed, events that it contains are done, and the others move forward to the
 * next hour, until one is open or new. No hour is skipped, whatever the clock says: if two deliveries of an event
 * skipped different hours, the event would be billed twice.
 */
async function placeTally(tally: UsageTally, deps: AggregateUsageDeps): Promise<void> {
  let remaining = tally;
  for (let conflicts = 0; remaining.events.length > 0;) {
    const result = await deps.usageTallies.add(remaining, hourEndMs(remaining.hour) + deps.graceMs);
    switch (result) {
      case 'added':
      case 'alreadyAdded':
        return;
      case 'conflict':
        conflicts += 1;
        if (conflicts > MAX_CONFLICTS)
          throw new RetryLaterError(`Too many writers compete for the hour ${remaining.hour}: try again.`);
        await deps.sleep(CONFLICT_WAIT_MS * conflicts);
        break;
      case 'hourNotOpen': {
        const sealed = await readFoldedHour(remaining, deps);
        if (sealed === undefined) throw new Error(`The hour ${remaining.hour} does not exist, but cannot be opened.`);
        remaining = movedForward(remaining, sealed.fold);
        deps.counters.count('UsageEventsMovedForward', remaining.events.length);
      }
    }
  }
}

const BILLED_ATTRIBUTES = ['subscriptionId', 'source', 'id', 'dimension', 'quantity', 'time', 'tags'];

function changedAttributes({ newImage, oldImage }: TableChange): string[] {
  return BILLED_ATTRIBUTES.filter((name) => text(newImage[name]) !== text(oldImage?.[name]));
}

type Reason = { kind: 'setAside' | 'overwritten'; reason: string; message: string };

async function keep(
  { newImage }: TableChange,
  reason: Reason,
  { setAsideEvents, subscriptions, counters, clock }: AggregateUsageDeps,
): Promise<void> {
  const subscriptionId = subscriptionNamedBy(newImage);
  const event: SetAsideEvent = {
    ...reason,
    subscriptionId,
    usageEventPk: text(newImage.pk),
    document: text(newImage),
  };
  const named = subscriptionId === undefined ? [] : [subscriptionId];
  const [subscription] = (await subscriptions.getMany(named)).values();
  const { agreementId } = subscription ?? {};
  const isNew = await setAsideEvents.keep(event, { nowIso: new Date(clock.now()).toISOString(), agreementId });
  counters.count(reason.kind === 'setAside' ? 'UsageEventsSetAside' : 'UsageEventsOverwritten', isNew ? 1 : 0);
}

function text(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function eventName(subscriptionId: string, key: string): string {
  return `${subscriptionId}#${key}`;
}
