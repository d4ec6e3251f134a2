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
  /** In the table, of any time. */
  read: number;
  /** Received within the range, or without a time that can be read. */
  inRange: number;
  /** Given to aggregation; in a dry run: that would be. */
  fed: number;
  /** Written over after they were stored: what is in the table now is not what was billed. */
  skippedOverwritten: number;
  /** Set aside before, and would be again. */
  skippedSetAside: number;
  /** In a dry run: of those to be fed, how many no hour holds. */
  notInAnyHour?: number;
  failed: number;
}

const CONCURRENCY = 8;

/**
 * Feeds stored usage events through aggregation again, as if the stream delivered them once more: what is in an hour
 * stays there, what is in none goes to the first open one from its own on. Aggregation takes every redelivery for what it
 * is, so this may run twice, or beside the stream.
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
  const deps = createDependencies(operatorPorts(ops), { tables, configuration: ops.configuration() });
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

/** What tells no time is malformed: aggregation says so wherever it is in time. */
function isWithin(item: StoredItem, { sinceMs, untilMs }: TimeRange): boolean {
  const parsed = parseUsageEventItem(item);
  if ('problem' in parsed) return true;
  return parsed.event.receivedAtMs >= sinceMs && parsed.event.receivedAtMs < untilMs;
}

/**
 * Leaves out what aggregation must not see again. The marks are read after the items: a mark that is there is of this
 * version or an earlier one.
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
