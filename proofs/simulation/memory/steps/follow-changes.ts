import { FUNCTIONS } from '../../../../lambdas/shared/contract/functions';
import { dueItems } from '../due-items';
import { startEnding, startRefreshing, startRemindedEnding, startSweeping } from '../functions';
import { checkZerosBegun } from '../invariants/watch-zero';
import type { Invocation } from '../scheduler';
import { MAX_RECORD_AGE_MS, type ChangeFeed, type SubscriptionChange } from '../stream';
import type { MemoryWorld } from '../memory-engine';
import { hourOf } from '../../driver/time';

const BATCH_SIZE = FUNCTIONS['meter-usage'].batchSize;

/**
 * The stream of the Subscriptions table delivers changes to the functions that bill last hours and read entitlements.
 */
export function followChanges(world: MemoryWorld): void {
  deliverChanges(world, world.engine.endings, startEnding);
  deliverChanges(world, world.engine.entitlementChanges, startRefreshing);
  for (const reminder of dueReminders(world)) {
    world.engine.reminders.splice(world.engine.reminders.indexOf(reminder), 1);
    const invocation = startRemindedEnding(world, reminder.subscriptionId);
    world.engine.begin(invocation, () => world.tell(`  ${reminder.subscriptionId} has drained: ${invocation.state}`));
  }
}

export function hasChanges(world: MemoryWorld): boolean {
  const { endings, entitlementChanges } = world.engine;
  return !endings.isRead || !entitlementChanges.isRead || dueReminders(world).length > 0;
}

const dueReminders = ({ engine, timeline }: MemoryWorld) =>
  engine.reminders.filter(({ notBeforeMs }) => notBeforeMs <= timeline.nowMs);

type Start = (world: MemoryWorld, changes: readonly SubscriptionChange[]) => Invocation;

function deliverChanges(world: MemoryWorld, feed: ChangeFeed, start: Start): void {
  const done = feed.records.slice(Math.max(0, feed.next - 3), feed.next);
  if (done.length > 0 && world.strikes('changeRedelivered', 0.1)) {
    world.count('changeRedelivered');
    world.engine.begin(start(world, done), () => undefined);
  }
  if (feed.isRead || giveUp(world, feed)) return;
  if (world.engine.isDown('changes')) {
    feed.hasFailed = true;
    return;
  }
  const from = feed.next;
  const batch = feed.records.slice(from, from + BATCH_SIZE);
  const invocation = start(world, batch);
  world.engine.begin(invocation, () => {
    world.tell(`  ${invocation.name} followed ${batch.length} changes: ${invocation.state}`);
    const done = doneOf(invocation, batch);
    feed.hasFailed = done < batch.length;
    feed.next = Math.max(feed.next, from + done);
    if (feed === world.engine.endings && world.books.zeros.length > 0)
      for (const { newImage } of batch.slice(0, done))
        checkZerosBegun(world, String(newImage.subscriptionId), invocation.startedAtMs);
  });
}

/** How many changes of a batch need not be delivered again. */
function doneOf(invocation: Invocation, batch: readonly SubscriptionChange[]): number {
  if (invocation.state !== 'done' || invocation.wasCutOff) return 0;
  const failed = invocation.result as readonly string[];
  const firstFailed = batch.findIndex(({ sequenceNumber }) => failed.includes(sequenceNumber));
  return firstFailed < 0 ? batch.length : firstFailed;
}

/** A batch that failed and is too old goes to the failed batches, and the stream continues. */
function giveUp(world: MemoryWorld, feed: ChangeFeed): boolean {
  const first = feed.records[feed.next];
  if (first === undefined || !feed.hasFailed || world.timeline.nowMs - first.atMs < MAX_RECORD_AGE_MS) return false;
  feed.failedBatches.push(feed.records.slice(feed.next, feed.next + BATCH_SIZE));
  feed.next = Math.min(feed.records.length, feed.next + BATCH_SIZE);
  feed.hasFailed = false;
  if (!world.isQuiet) world.count('changesGivenUp');
  return true;
}

/** The operator feeds a failed batch in again, long after newer changes. */
export function redriveChanges(world: MemoryWorld): void {
  const { endings, entitlementChanges } = world.engine;
  for (const [feed, start] of [
    [endings, startEnding],
    [entitlementChanges, startRefreshing],
  ] as const) {
    const [batch] = feed.failedBatches;
    if (batch === undefined) continue;
    const invocation = start(world, batch);
    world.engine.begin(invocation, () => {
      world.tell(`  ${invocation.name} followed ${batch.length} old changes: ${invocation.state}`);
      if (doneOf(invocation, batch) === batch.length) feed.failedBatches.splice(feed.failedBatches.indexOf(batch), 1);
    });
  }
}

/** The scheduled check of entitlements that are due. */
export function sweep(world: MemoryWorld): void {
  const invocation = startSweeping(world);
  world.engine.begin(invocation, () => world.tell(`  swept: ${invocation.state}`));
}

/**
 * Whether a sweep would change anything. Production checks a contract with consumption every hour. Here it is checked
 * when an hour waits for the answer, when it was never checked since the activation, and now and then.
 */
export function isSweepDue(world: MemoryWorld): boolean {
  const { engine, functionClock, buyers, books, dice, timeline } = world;
  const due = dueItems(engine.dynamoDb, 'subscriptions', functionClock.now());
  if (due.length === 0) return false;
  const runningHour = hourOf(timeline.nowMs);
  const waits = [...books.hours.values()].some(
    ({ state, account, hour }) =>
      state === 'open' && hour < runningHour && buyers.isNetted(account.subscriptionId, account.dimension),
  );
  return waits || due.some(({ pk }) => isUnknown(world, String(pk))) || dice.chance(0.03);
}

/** AWS lists nothing after the end, so a contract must be checked while it lasts. */
function isUnknown({ books, buyers }: MemoryWorld, subscriptionId: string): boolean {
  const checkedAtMs = books.subscriptions.get(subscriptionId)?.checkedAtMs ?? -Infinity;
  return buyers
    .withSubscription(subscriptionId)
    .some(({ activatedAtMs = Infinity, endedAtMs }) => checkedAtMs < activatedAtMs && endedAtMs === undefined);
}
