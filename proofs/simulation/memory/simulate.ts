import { Dice, subSeed } from '../driver/dice';
import { takeStep } from '../driver/plan';
import { leave, purchase, register } from '../driver/purchases';
import { report } from '../driver/report';
import { LEGACY_PRODUCT } from '../driver/settings';
import type { SeedReport } from '../driver/summary';
import { startRecording, startRegistering } from './functions';
import { checkLifeCycle } from './invariants/check-life-cycle';
import { checkRegistered } from './invariants/check-remembered';
import { checkBalances, checkSettled } from './invariants/check-settled';
import { watchWrite } from './invariants/watch-writes';
import { createMemoryWorld, type MemoryWorld } from './memory-engine';
import { planOf } from './memory-plan';
import type { SimulationOptions } from './memory-settings';
import { STEPS } from './memory-steps';
import { buyersWhoLeft, lastUser, reinstate } from './steps/agreements';
import { answerHalt, haltedProduct } from './steps/decimals';
import { deliverNext, redriveFailed } from './steps/deliver';
import { deleteExpired, isWakeable } from './steps/environment';
import { followChanges, hasChanges, isSweepDue, redriveChanges, sweep } from './steps/follow-changes';
import { follow, followAgain } from './steps/follow-messages';
import { isAnythingDue, meter } from './steps/meter';
import { releaseEverything } from './steps/hold';
import { nameTest } from './steps/remove-test';
import { restoreConfiguration } from './steps/reconfigure';
import { settle } from './steps/settle';
import { stopZeros } from './steps/zero-records';
import { HOUR_MS, hourStartMs, MINUTE_MS } from '../driver/time';

export interface SimulationResult extends SeedReport {
  steps: number;
  readonly history: string[];
}

/** Production catches up every five minutes. Here urgent work is done every ten, the rest every `catchUpMinutes`. */
const URGENT_EVERY_MS = 10 * MINUTE_MS;
/** Twice the longest window, and long enough for a Balance of several hours' largest quantities. */
const QUIET_HOURS = 72;
/** What the operator returns to the Balance is still billed. */
const SETTLED_BEFORE_REST_MS = 12 * HOUR_MS;

/** Simulates one month of one seller from a seed; the same seed gives the same month, to the last byte. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const world = createMemoryWorld(options, { startRecording, startRegistering, onRegistered: checkRegistered });
  world.engine.dynamoDb.onWrite = (write) => watchWrite(world, write);
  const { settings } = world;
  const plan = planOf(options, settings).filter(({ index }) => options.withoutSteps?.has(index) !== true);
  for (const step of plan) {
    await clockwork(world, step.atMs);
    if (world.books.broken) break;
    await takeStep(world, step, STEPS);
    checkBalances(world);
    // Streams and queues usually take seconds; the clockwork delivers the rest later.
    await bringNews(world, 0.7);
    if (world.books.broken) break;
  }
  if (!world.books.broken) await clockwork(world, settings.endMs);
  if (!world.books.broken) await comeToRest(world);
  const { broken: violation } = world.books;
  if (violation) world.tell(`BROKEN: ${violation.invariant}: ${violation.what}`);
  return {
    seed: options.seed,
    violation,
    counts: world.counts,
    steps: plan.length,
    events: world.books.events.size,
    calls: world.engine.scheduler.performed,
    records: world.engine.aws.own.length,
    get history() {
      return world.history.lines;
    },
  };
}

/** Delivers everything in the queue and in the stream of the Subscriptions table. */
async function bringNews(world: MemoryWorld, probability: number): Promise<void> {
  for (let n = world.engine.waitingMessages.length; n > 0 && world.dice.chance(probability); n -= 1)
    await run(world, 'queue', () => follow(world));
  if (hasChanges(world) && world.dice.chance(probability)) await run(world, 'changes', () => followChanges(world));
}

/**
 * Runs what needs no step: the poller of the stream, the queue, the hourly rule and the catch-up. Skips times at which
 * there is nothing to do.
 */
async function clockwork(world: MemoryWorld, untilMs: number): Promise<void> {
  const { timeline, settings } = world;
  const everyMs = settings.catchUpMinutes * MINUTE_MS;
  let markMs = Math.floor(timeline.nowMs / everyMs) * everyMs + settings.graceMinutes * MINUTE_MS;
  for (; markMs < untilMs && !world.books.broken; markMs += URGENT_EVERY_MS) {
    if (markMs < timeline.nowMs || ((markMs - settings.graceMinutes * MINUTE_MS) % everyMs !== 0 && !isUrgent(world)))
      continue;
    timeline.nowMs = markMs;
    world.marketplace.runDue();
    reinstate(world);
    stopZeros(world);
    nameTest(world);
    world.dice = new Dice(subSeed(settings.seed, markMs / 1000));
    await runDueFunctions(world);
  }
}

/** The end of a subscription must be handled within minutes. */
function isUrgent(world: MemoryWorld): boolean {
  return world.books.openEndings.size > 0 || hasChanges(world) || world.engine.waitingMessages.length > 0;
}

async function runDueFunctions(world: MemoryWorld): Promise<void> {
  const { dice, engine, buyers } = world;
  const { stream } = engine;
  const isLate = !world.isQuiet && dice.chance(0.25);
  if (dice.chance(0.01)) deleteExpired(world);
  if (!isLate) await bringNews(world, 1);
  // Buyers register late only while faults happen, because late events need hours to settle.
  if (!world.isQuiet && buyers.all.some(({ isRegistered }) => !isRegistered) && dice.chance(0.15))
    await run(world, 'buyer', () => register(world));
  for (const shard of stream.waiting) {
    // A poller continues until the shard is done or a batch fails.
    for (let batches = 0; batches < 60 && shard.next < shard.records.length && !isLate; batches += 1) {
      const { next } = shard;
      await run(world, 'poll', () => deliverNext(world, shard));
      if (shard.next === next) break;
    }
  }
  const halted = haltedProduct(world);
  if (halted !== undefined && (world.isQuiet || dice.chance(0.2)))
    await run(world, 'operator', () => answerHalt(world, halted));
  if (isSweepDue(world)) await run(world, 'sweep', () => sweep(world));
  if (isAnythingDue(world)) await run(world, 'schedule', () => meter(world));
}

async function run(world: MemoryWorld, what: string, start: () => void): Promise<void> {
  if (world.books.broken) return;
  world.tell(what);
  start();
  await world.engine.run();
  checkBalances(world);
}

/** One buyer leaves after the faults: all usage until then must be on the bill. */
async function leaveInTheQuiet(world: MemoryWorld): Promise<void> {
  const { stream } = world.engine;
  // Early in an hour, so that the grace is over before that hour would be sealed in the usual way.
  const reportedMs = hourStartMs(world.timeline.nowMs) + HOUR_MS + 3 * MINUTE_MS;
  await clockwork(world, reportedMs);
  world.passTo(reportedMs);
  await run(world, 'report', () => report(world));
  for (const shard of stream.waiting) await run(world, 'poll', () => deliverNext(world, shard));
  world.tell('leave');
  const buyer = lastUser(world);
  if (!world.books.broken && buyer !== undefined) leave(world, buyer);
}

function isAnyBatchFailed({ engine: { stream, endings, entitlementChanges } }: MemoryWorld): boolean {
  return [stream, endings, entitlementChanges].some(({ failedBatches }) => failedBatches.length > 0);
}

/** The operator feeds all failed batches in again. */
async function redriveEverything(world: MemoryWorld): Promise<void> {
  while (isAnyBatchFailed(world) && !world.books.broken)
    await run(world, 'redrive', () => {
      redriveFailed(world);
      redriveChanges(world);
    });
}

/** Stops all faults and passes enough time for all work to finish. */
async function comeToRest(world: MemoryWorld): Promise<void> {
  const { timeline, engine } = world;
  const { stream, queue } = engine;
  world.tell('quiet');
  for (const task of world.engine.frozen.splice(0)) {
    // Some frozen invocations wake now; the others never do.
    if (!world.dice.chance(0.5) || !isWakeable(world, task)) continue;
    await run(world, 'wake', () => engine.wake(task));
  }
  world.quietSinceMs = timeline.nowMs;
  restoreConfiguration(world);
  nameTest(world);
  // Before anybody leaves: AWS says nothing of a contract that it is asked about only after its end.
  await redriveEverything(world);
  await leaveInTheQuiet(world);
  const restMs = timeline.nowMs + QUIET_HOURS * HOUR_MS;
  const backMs = timeline.nowMs + 3 * HOUR_MS;
  let isToldAgain = false;
  while (timeline.nowMs < restMs && !world.books.broken) {
    // Customers who left an older product come back to the same subscription, and stay.
    if (timeline.nowMs >= backMs)
      for (const accountId of buyersWhoLeft(world)) purchase(world, accountId, LEGACY_PRODUCT);
    if (timeline.nowMs >= backMs + HOUR_MS && !isToldAgain) {
      isToldAgain = true;
      await run(world, 'queue', () => followAgain(world));
    }
    if (timeline.nowMs < restMs - SETTLED_BEFORE_REST_MS) await run(world, 'operator', () => settle(world));
    await run(world, 'operator', () => releaseEverything(world));
    await redriveEverything(world);
    await clockwork(world, timeline.nowMs + HOUR_MS);
    timeline.nowMs += HOUR_MS - (timeline.nowMs % HOUR_MS);
  }
  if (
    !world.books.broken &&
    !(stream.isDrained && queue.length === 0 && !hasChanges(world) && !isAnyBatchFailed(world))
  ) {
    world.books.violate('settled', 'a stream or the queue was never drained');
  }
  checkSettled(world);
  checkLifeCycle(world);
}
