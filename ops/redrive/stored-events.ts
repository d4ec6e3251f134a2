import pMap from 'p-map';
import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { isTallied } from '../../lambdas/aggregate-usage/is-tallied';
import { createDependencies } from '../../lambdas/aggregate-usage/dependencies';
import { refusalOf } from '../../lambdas/shared/domain/usage-event';
import type { FoldedHourDeps } from '../../lambdas/shared/stores/folded-hour';
import { NO_SUBSCRIPTION, subscriptionNamedBy } from '../../lambdas/shared/stores/set-aside-events';
import { parseUsageEventItem } from '../../lambdas/shared/stores/usage-events';
import type { Ops } from '../command';
import { operatorPorts } from '../function-ports';
import { listMarks, type Mark } from '../stores/ledger-items';
import { countUsageEvents, scanUsageEvents, type StoredItem } from '../stores/stored-usage-events';
import { rememberingHours } from './remembering-hours';

export interface TimeRange {
  sinceMs: number;
  untilMs: number;
}

export interface RedrivenEvents {
  /** All events in the table. */
  read: number;
  /** Received within the range, or without a readable time. */
  inRange: number;
  /** Passed to aggregation, or that would be in a dry run. */
  fed: number;
  /** Overwritten after they were stored: the table no longer holds what was billed. */
  skippedOverwritten: number;
  /** Already set aside, and would be set aside again. */
  skippedSetAside: number;
  /** In a dry run: how many of `fed` are in no hour yet. */
  notInAnyHour?: number;
  failed: number;
}

const CONCURRENCY = 8;

/**
 * Passes stored usage events to aggregation, as if the stream delivered them again. An event that is in an hour stays
 * there. Any other event goes to its own hour or, if that is closed, to the next open one. Aggregation is idempotent, so
 * this may run twice, or while the stream is being read.
 */
export async function redriveStoredEvents(
  { sinceMs, untilMs, dryRun }: TimeRange & { dryRun: boolean },
  ops: Ops,
): Promise<RedrivenEvents> {
  const { installation, terminal } = ops;
  const sums: RedrivenEvents = {
    read: 0,
    inRange: 0,
    fed: 0,
    skippedOverwritten: 0,
    skippedSetAside: 0,
    failed: 0,
    ...(dryRun && { notInAnyHour: 0 }),
  };
  const { tables } = installation;
  const config = { tables, configuration: ops.configuration() };
  const deps = createDependencies(operatorPorts(ops), config, { remainingMs: Infinity });
  const progress = terminal.progress('Usage events', await countUsageEvents(installation));
  try {
    for await (const page of scanUsageEvents(installation)) {
      const inRange = page.filter((item) => isWithin(item, { sinceMs, untilMs }));
      const { fed, overwritten, setAside } = await withoutMarked(inRange, ops);
      sums.read += page.length;
      sums.inRange += inRange.length;
      sums.fed += fed.length;
      sums.skippedOverwritten += overwritten;
      sums.skippedSetAside += setAside;
      if (dryRun) sums.notInAnyHour = (sums.notInAnyHour ?? 0) + (await countUntallied(fed, deps));
      else sums.failed += (await aggregateUsage(fed.map(toChange), deps)).length;
      progress.advance(page.length);
    }
  } finally {
    progress.stop();
  }
  return sums;
}

const toChange = (item: StoredItem) => ({ sequenceNumber: String(item.pk), newImage: item });

/** An item without a readable time is always within: aggregation sets it aside as malformed. */
function isWithin(item: StoredItem, { sinceMs, untilMs }: TimeRange): boolean {
  const parsed = parseUsageEventItem(item);
  if ('problem' in parsed) return true;
  return parsed.event.receivedAtMs >= sinceMs && parsed.event.receivedAtMs < untilMs;
}

/**
 * Removes the items that aggregation must not see again. The marks are read after the items, so a mark that is found
 * belongs to the item as read or to an earlier state of it.
 */
async function withoutMarked(items: readonly StoredItem[], ops: Ops) {
  const { latenessHours } = ops.configuration().usage;
  const marks = await marksOf(items, ops);
  const isMarked = ({ pk }: StoredItem, kind: Mark['kind']) =>
    marks.some((mark) => mark.kind === kind && mark.usageEventPk === String(pk));
  const wouldBeSetAside = (item: StoredItem) => {
    const parsed = parseUsageEventItem(item);
    return 'problem' in parsed || refusalOf(parsed.event, { latenessHours }) !== undefined;
  };
  const first = items.filter((item) => !isMarked(item, 'overwritten'));
  const fed = first.filter((item) => !(isMarked(item, 'setAside') && wouldBeSetAside(item)));
  return { fed, overwritten: items.length - first.length, setAside: first.length - fed.length };
}

async function marksOf(items: readonly StoredItem[], { installation }: Ops): Promise<Mark[]> {
  const named = new Set(items.map((item) => subscriptionNamedBy(item) ?? NO_SUBSCRIPTION));
  const lists = await pMap(named, (subscriptionId) => allMarksOf(subscriptionId, installation), {
    concurrency: CONCURRENCY,
  });
  return lists.flat();
}

async function allMarksOf(subscriptionId: string, installation: Ops['installation']): Promise<Mark[]> {
  const marks: Mark[] = [];
  for await (const mark of listMarks(installation, subscriptionId)) marks.push(mark);
  return marks;
}

async function countUntallied(items: readonly StoredItem[], deps: FoldedHourDeps): Promise<number> {
  const remembering = rememberingHours(deps);
  const tallied = await pMap(
    items,
    async (item) => {
      const parsed = parseUsageEventItem(item);
      return 'problem' in parsed || isTallied(parsed.event, remembering);
    },
    { concurrency: CONCURRENCY },
  );
  return tallied.filter((is) => !is).length;
}
