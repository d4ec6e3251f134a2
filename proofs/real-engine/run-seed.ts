import { Dice, subSeed } from '../simulation/dice';
import type { Violation } from '../simulation/invariants/broken-invariant';
import { register } from './buyers';
import type { EngineFault } from './engine-faults';
import { EngineWorld } from './engine-world';
import { enginePlanOf, type EngineStep } from './plan';
import { redriveAll } from './redeliver';
import { engineSettingsOf } from './settings';
import { STEPS } from './steps';

export interface EngineSeed {
  seed: number;
  hours: number;
  /** The synthesized templates of the sellers, in their order. */
  assemblies: readonly string[];
  dynamodbEndpoint: string;
  signal: AbortSignal;
}

export interface EngineReport {
  seed: number;
  violation?: Violation;
  counts: Partial<Record<EngineFault, number>>;
  events: number;
  records: number;
  history: string[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Longer than any activation is delayed and any refused record waits, each twice over. */
const QUIET_HOURS = 8;

/** Plays one seed's month on a stack of its own. */
export async function runSeed({
  seed,
  hours,
  assemblies,
  dynamodbEndpoint,
  signal,
}: EngineSeed): Promise<EngineReport> {
  const settings = engineSettingsOf({ seed, hours });
  const assembly = assemblies[settings.seller] ?? '';
  const world = await EngineWorld.start({ seed, settings, assembly, dynamodbEndpoint });
  try {
    await playMonth(world, { plan: enginePlanOf({ seed, hours }, settings), seed, signal }).catch((error: unknown) => {
      // What the driver stumbles over is told with the history that led there.
      if (!signal.aborted) world.violate({ invariant: 'noSurprise', what: String(error) });
    });
    for (const [fault, times] of world.faults.hits()) world.count(fault, times);
    const { broken: violation, counts, books, history, marketplace } = world;
    if (violation) world.tell(`BROKEN: ${violation.invariant}: ${violation.what}`);
    return {
      seed,
      violation,
      counts,
      history: history.lines,
      events: books.used.size,
      records: marketplace.ledger().length,
    };
  } finally {
    await world.stop();
  }
}

async function playMonth(
  world: EngineWorld,
  { plan, seed, signal }: { plan: readonly EngineStep[]; seed: number; signal: AbortSignal },
): Promise<void> {
  for (const [index, step] of plan.entries()) {
    if (world.broken !== undefined || signal.aborted) return;
    world.dice = new Dice(step.seed);
    world.passTo(step.atMs);
    world.tell(`${index} ${step.kind}`);
    await STEPS[step.kind](world);
  }
  if (world.broken === undefined && !signal.aborted) await comeToRest(world, { seed: subSeed(seed, -4), signal });
}

/** No more faults; everybody is registered; and time enough for everything to find its place. */
async function comeToRest(world: EngineWorld, { seed, signal }: { seed: number; signal: AbortSignal }): Promise<void> {
  world.dice = new Dice(seed);
  world.tell('quiet');
  world.faults.clearAll();
  for (const buyer of world.buyers.filter(({ isRegistered }) => !isRegistered)) await register(world, buyer);
  for (let hour = 0; hour < QUIET_HOURS && world.broken === undefined && !signal.aborted; hour += 1) {
    if (hour === 1) await redriveAll(world);
    const hourMs = (Math.floor(world.clock.now() / HOUR_MS) + 1) * HOUR_MS;
    for (const minute of [5, 7, 12, 32]) {
      world.passTo(hourMs + minute * MINUTE_MS);
      await world.settled();
      await world.stack.fireDue();
    }
    await STEPS.runHour(world);
  }
  if (world.broken === undefined && !signal.aborted) await world.check({ isAtRest: true });
}
