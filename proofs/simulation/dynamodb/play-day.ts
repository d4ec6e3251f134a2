import { Dice, subSeed } from '../driver/dice';
import { takeStep } from '../driver/plan';
import { registerBuyer } from '../driver/purchases';
import type { SeedReport } from '../driver/summary';
import { deployThisVersion } from './deploy';
import { startDynamoDbWorld, type DynamoDbWorld } from './dynamodb-engine';
import { planOf } from './dynamodb-plan';
import { dynamoDbSettingsOf } from './dynamodb-settings';
import { runHour, STEPS } from './dynamodb-steps';
import { redriveAll } from './redeliver';
import { HOUR_MS, MINUTE_MS } from '../driver/time';

export interface DayOptions {
  seed: number;
  hours: number;
  /** The synthesized templates of the sellers, in their order. */
  assemblies: readonly string[];
  /** The folder of the last release's template, in seeds that begin with it. */
  lastRelease: string | undefined;
  dynamodbEndpoint: string;
  signal: AbortSignal;
}

export interface DayReport extends SeedReport {
  history: string[];
}

/** Longer than any activation is delayed and any refused record waits, each twice over. */
const QUIET_HOURS = 8;
/** Enough for usage that was counted a second time to be billed. */
const HOURS_AFTER_REDRIVE = 2;

/** Plays one seed's day on a separate stack. */
export async function playDay(options: DayOptions): Promise<DayReport> {
  const { seed, assemblies, lastRelease, dynamodbEndpoint, signal } = options;
  const settings = dynamoDbSettingsOf({ ...options, fromLastRelease: lastRelease !== undefined });
  const assembly = assemblies[settings.seller] ?? '';
  const world = await startDynamoDbWorld({ seed, settings, assembly, lastRelease, dynamodbEndpoint });
  const { books, counts, history, marketplace, engine } = world;
  const mayGoOn = () => books.broken === undefined && !signal.aborted;
  try {
    await play(world, options, mayGoOn).catch((error: unknown) => {
      // The report shows the error of a step with the history that led to it.
      if (!signal.aborted) books.violate('noSurprise', String(error));
    });
    for (const [fault, times] of engine.faults.hits()) world.addCount(fault, times);
    const violation = books.broken;
    if (violation) world.tell(`BROKEN: ${violation.invariant}: ${violation.what}`);
    const events = [...books.events.values()].filter(({ version }) => version.isUsage).length;
    return { seed, violation, counts, history: history.lines, events, records: marketplace.ledger().length };
  } finally {
    await engine.stop();
  }
}

async function play(world: DynamoDbWorld, options: DayOptions, mayGoOn: () => boolean): Promise<void> {
  for (const step of planOf(options, world.settings)) {
    if (!mayGoOn()) return;
    await takeStep(world, step, STEPS);
  }
  world.dice = new Dice(subSeed(options.seed, -4));
  if (mayGoOn()) await comeToRest(world, mayGoOn);
}

/**
 * Stops all faults, registers everybody, and passes enough time for all work to finish. Everything must be complete before
 * it is fed in again, and the same after it.
 */
async function comeToRest(world: DynamoDbWorld, mayGoOn: () => boolean): Promise<void> {
  const { engine, timeline, buyers, books } = world;
  world.tell('quiet');
  world.quietSinceMs = timeline.nowMs;
  engine.faults.clearAll();
  await deployThisVersion(world);
  for (const buyer of buyers.all.filter(({ isRegistered }) => !isRegistered)) registerBuyer(world, buyer);
  // The simulated hours pass faster than a function starts, and a token does not live long.
  await engine.run();
  await passHours(world, QUIET_HOURS, mayGoOn);
  if (mayGoOn()) await engine.check({ isAtRest: true });
  if (!mayGoOn()) return;
  const billed = world.marketplace.ledger().length;
  await redriveAll(world);
  await passHours(world, HOURS_AFTER_REDRIVE, mayGoOn);
  if (mayGoOn()) await engine.check({ isAtRest: true });
  const more = world.marketplace.ledger().length - billed;
  books.require(
    more === 0,
    'neverMoreThanUsed',
    () => `${more} records are billed because everything was fed in again`,
  );
}

/** Fires every schedule of some hours. */
async function passHours(world: DynamoDbWorld, hours: number, mayGoOn: () => boolean): Promise<void> {
  const { engine, timeline } = world;
  for (let hour = 0; hour < hours && mayGoOn(); hour += 1) {
    const hourMs = (Math.floor(timeline.nowMs / HOUR_MS) + 1) * HOUR_MS;
    for (const minute of [5, 7, 12, 32]) {
      world.passTo(hourMs + minute * MINUTE_MS);
      await engine.settled();
      await engine.stack.fireDue();
    }
    await runHour(world);
  }
}
