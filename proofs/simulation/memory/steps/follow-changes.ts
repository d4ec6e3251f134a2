import { FUNCTIONS } from '../../../../lambdas/shared/contract/functions';
import { dueItems } from '../due-items';
import { startEnding, startRefreshing, startRemindedEnding, startSweeping } from '../functions';
import { checkZerosBegun } from '../invariants/watch-zero';
import type { Invocation } from '../scheduler';
import type { ChangeFeed, SubscriptionChange } from '../stream';
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
  return !endings.isDrained || !entitlementChanges.isDrained || dueReminders(world).length > 0;
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
  if (feed.isDrained) return;
  const from = feed.next;
  const batch = feed.records.slice(from, from + BATCH_SIZE);
  const invocation = start(world, batch);
  world.engine.begin(invocation, () => {
    world.tell(`  ${invocation.name} followed ${batch.length} changes: ${invocation.state}`);
    if (invocation.state !== 'done' || invocation.wasCutOff) return;
    const failed = invocation.result as readonly string[];
    const firstFailed = batch.findIndex(({ sequenceNumber }) => failed.includes(sequenceNumber));
    const done = firstFailed < 0 ? batch.length : firstFailed;
    feed.next = Math.max(feed.next, from + done);
    if (feed === world.engine.endings && world.books.zeros.length > 0)
      for (const { newImage } of batch.slice(0, done))
        checkZerosBegun(world, String(newImage.subscriptionId), invocation.startedAtMs);
  });
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
