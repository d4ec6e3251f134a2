import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { nextHour } from '../../lambdas/shared/domain/hour';
import type { Fold, TalliedEvents } from '../../lambdas/shared/domain/usage-tally';
import { firstPagesOnly, inconsistentReads, unconditionalPuts } from './dynamodb-port';
import type { Module } from './modules';
import { exportsOf, mutant, type Mutant, type Seam } from './mutant';
import { onCondition } from './on-condition';

const aggregation = exportsOf('lambdas/aggregate-usage/aggregate-usage');
const search = exportsOf('lambdas/aggregate-usage/is-tallied');
const foldedHour = exportsOf('lambdas/shared/stores/folded-hour');
const inlineTallies = exportsOf('lambdas/shared/stores/inline-tallies');
const intake = exportsOf('lambdas/record-usage/record-usage');
const opening = exportsOf('lambdas/shared/stores/hourly-usage-items');
const usageEvent = exportsOf('lambdas/shared/domain/usage-event');
const transactions = exportsOf('lambdas/shared/stores/conditional-writes');
const usageTally = exportsOf('lambdas/shared/domain/usage-tally');

/** Mutants between an event and the tally of an hour. */
export const USAGE_MUTANTS: readonly Mutant[] = [
  // Intake
  mutant('an event overwrites the one that has its id', unconditionalPuts('usageEvents')),
  mutant(
    'an id counts without its source',
    usageEvent(
      'usageEventKey',
      () =>
        ({ source, id }) =>
          source === id ? source : `#${id}`,
    ),
  ),
  mutant(
    'intake does not compare the time of usage with the clock',
    usageEvent(
      'refusalOf',
      (refusalOf) => (event, policy) => refusalOf({ ...event, receivedAtMs: event.timeMs }, policy),
      'lambdas/record-usage/record-usage',
    ),
  ),
  mutant(
    'a glance at a subscription refuses usage',
    intake('recordUsage', (recordUsage) => (request, deps) => {
      const glance = async (ids: readonly string[]) => deps.subscriptions.glance(ids);
      return recordUsage(request, { ...deps, subscriptions: { glance, getMany: glance } });
    }),
  ),
  // Aggregation
  mutant(
    'a fold counts a duplicate event',
    usageTally('foldTallies', (foldTallies) => (tallies) => {
      const seen = new Set<string>();
      const renamed = [...tallies].map((tally, n) => {
        const events = tally.events.map((event) =>
          seen.has(event.key) ? { ...event, key: `${event.key}#${n}` } : event,
        );
        for (const { key } of events) seen.add(key);
        return { ...tally, events };
      });
      return foldTallies(renamed);
    }),
  ),
  mutant(
    'a failed tally is not delivered again',
    aggregation('aggregateUsage', (aggregateUsage) => async (changes, deps) => {
      await aggregateUsage(changes, deps);
      return [];
    }),
  ),
  mutant(
    'the last record of a delivery is lost',
    aggregation(
      'aggregateUsage',
      (aggregateUsage) => (changes, deps) => aggregateUsage(changes.length > 1 ? changes.slice(0, -1) : changes, deps),
    ),
  ),
  mutant(
    'late usage forgets what a sealed hour holds',
    usageTally('movedForward', (movedForward) => (tally) => movedForward(tally, new Map())),
  ),
  lateUsageSkipsAnHour(),
  latenessAgainstTheNewest(),
  mutant(
    'an overwritten event is billed by its new version',
    aggregation(
      'aggregateUsage',
      (aggregateUsage) => (changes, deps) =>
        aggregateUsage(
          changes.map(({ oldImage, ...change }) => change),
          deps,
        ),
    ),
  ),
  mutant(
    'usage is set aside without a search for its tally',
    search('isTallied', () => async () => false),
  ),
  mutant('a tally goes into a sealed hour', openingWhatever('lambdas/shared/stores/usage-tallies')),
  mutant('an event goes into the item of a sealed hour', openingWhatever('lambdas/shared/stores/inline-tallies')),
  mutant(
    'what moved out of the item of an hour and came again counts twice',
    usageTally(
      'foldTallies',
      (foldTallies) => (tallies) => foldTallies(renamedAgain([...tallies])),
      'lambdas/shared/stores/folded-hour',
    ),
  ),
  mutant(
    'events move out of an hour that has got more since',
    inlineTallies(
      'movedOutWrite',
      (movedOutWrite) =>
        (...args) =>
          onCondition('#state = :open', movedOutWrite(...args)),
    ),
  ),
  mutant(
    'the estimate of an hour lacks what went into its item',
    opening(
      'countDelivery',
      (countDelivery) => (tally, changes) => countDelivery({ ...tally, events: [] }, changes),
      'lambdas/shared/stores/inline-tallies',
    ),
  ),
  mutant('the same tally is counted again', unconditionalPuts('usageTallies')),
  mutant('only the first page of a query is read', firstPagesOnly()),
  mutant(
    'a transaction that DynamoDB throttles counts as written',
    transactions('writeTogether', (writeTogether) => async (...args) => {
      try {
        return await writeTogether(...args);
      } catch (error) {
        if (error instanceof TransactionCanceledException) return { outcome: 'written' };
        throw error;
      }
    }),
  ),
  mutant('the tallies of an hour are read as they were a moment ago', inconsistentReads('usageTallies')),
  mutant('a subscription is read as it was a moment ago', inconsistentReads('subscriptions')),
];

/** Without the condition that the hour is open. */
function openingWhatever(importedBy: Module): Seam {
  return opening(
    'openHourWrite',
    (openHourWrite) =>
      (...args) => ({
        ...openHourWrite(...args),
        ConditionExpression: 'attribute_not_exists(#state) OR attribute_exists(#state)',
      }),
    importedBy,
  );
}

/** Inline events, which alone come without the key of an hour, get other keys if a tally has them, too. */
function renamedAgain(all: readonly TalliedEvents[]): TalliedEvents[] {
  const stored = new Set(all.flatMap((tally) => ('hour' in tally ? tally.events.map(({ key }) => key) : [])));
  return all.map((tally) => {
    if ('hour' in tally) return tally;
    const events = tally.events.map((event) => (stored.has(event.key) ? { ...event, key: `${event.key}#` } : event));
    return { ...tally, events };
  });
}

/** The hour of late usage then depends on when it is delivered. */
function lateUsageSkipsAnHour(): Mutant {
  const billed = new WeakSet<Fold>();
  return mutant(
    'late usage skips the hour after one that is billed',
    foldedHour('readFoldedHour', (readFoldedHour) => async (...args) => {
      const folded = await readFoldedHour(...args);
      if (folded?.hour.state === 'billed') billed.add(folded.fold);
      return folded;
    }),
    usageTally('movedForward', (movedForward) => (tally, fold) => {
      const moved = movedForward(tally, fold);
      return billed.has(fold) ? { ...moved, hour: nextHour(moved.hour) } : moved;
    }),
  );
}

function latenessAgainstTheNewest(): Mutant {
  let newestMs = 0;
  return mutant(
    'lateness is measured against the newest event of the batch',
    aggregation('aggregateUsage', (aggregateUsage) => (changes, deps) => {
      newestMs = Math.max(...changes.map(({ newImage }) => Date.parse(String(newImage.receivedAt)) || 0));
      return aggregateUsage(changes, deps);
    }),
    usageEvent(
      'refusalOf',
      (refusalOf) => (event, policy) =>
        refusalOf({ ...event, receivedAtMs: Math.max(event.receivedAtMs, newestMs) }, policy),
      'lambdas/aggregate-usage/aggregate-usage',
    ),
  );
}
