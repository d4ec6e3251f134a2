import * as z from 'zod';
import type { FunctionFault } from '../../../local/stack/function-faults';
import type { Step } from '../driver/plan';
import type { DynamoDbEngine, DynamoDbWorld } from './dynamodb-engine';
import { report, reportEach } from '../driver/report';
import { WIDE } from './dynamodb-settings';
import { redeliver } from './redeliver';

/** `meterUsage` says how many due hours it had no time for. */
const runSchema = z.object({ hoursLeft: z.number() });
/** The function starts no call in the last seconds before its timeout. */
const STOPS_BEFORE_MS = 30_000;

/** Deliveries die, run out of time or lose their answer; the mapping delivers again. */
export async function breakAggregation(world: DynamoDbWorld): Promise<void> {
  const { dice, engine } = world;
  const { stack } = engine;
  await engine.settled();
  const fault = dice.pick<FunctionFault>([
    { kind: 'kill', ms: dice.between(1, 25) },
    { kind: 'timeout', ms: dice.between(1, 25) },
    { kind: 'loseAnswer' },
  ]);
  stack.plantFault('aggregate-usage', { ...fault, next: dice.between(1, 3) });
  world.tell(`  aggregate-usage: ${fault.kind} ${fault.ms ?? ''}`);
  report(world);
  await engine.settled();
  stack.clearFaults();
  countStruck(world);
}

/** A metering run dies, runs out of time, or sees its time nearly up. */
export async function breakMetering(world: DynamoDbWorld): Promise<void> {
  const { dice, engine } = world;
  const { stack } = engine;
  const fault = dice.pick<FunctionFault>([
    { kind: 'kill', ms: dice.between(5, 120) },
    { kind: 'timeout', ms: dice.between(5, 120) },
    { kind: 'timeout', ms: STOPS_BEFORE_MS - 1 },
  ]);
  stack.plantFault('meter-usage', fault);
  world.tell(`  meter-usage: ${fault.kind} ${fault.ms}`);
  await run(world, 'EveryHour');
  stack.clearFaults();
  countStruck(world);
}

/** Reports are cut off before, between and after their puts. */
export async function breakIntake(world: DynamoDbWorld): Promise<void> {
  const { dice, engine } = world;
  const { stack } = engine;
  stack.plantFault('record-usage', { kind: 'kill', ms: dice.between(1, 20), next: dice.between(1, 2) });
  if (dice.chance(0.5)) reportWide(world);
  else report(world);
  await engine.run();
  stack.clearFaults();
  countStruck(world);
}

/** One event of each of many dimensions. */
export function reportWide(world: DynamoDbWorld): void {
  reportEach(world, WIDE);
}

/** DynamoDB as AWS runs it: busy, out of order, slow to answer. */
export async function breakStore(world: DynamoDbWorld): Promise<void> {
  const { dice, engine } = world;
  const { faults } = engine;
  const kind = dice.pick([
    'storeThrottled',
    'storeErrorAfterCommit',
    'storeAnswerLost',
    'transactionConflict',
  ] as const);
  faults.store.plant(kind, dice.between(1, 12));
  world.tell(`  DynamoDB: ${kind}`);
  const work = dice.pick<Step<DynamoDbEngine>>([report, reportWide, redeliver, (w) => run(w, 'EveryHour')]);
  await engine.excusing(async () => {
    await work(world);
    await engine.settled();
  });
  faults.store.clear();
}

/** For the next calls of BatchMeterUsage. */
export function breakMarketplace(world: DynamoDbWorld): void {
  const { dice, engine } = world;
  const { faults } = engine;
  const kind = dice.pick(faults.rarestAws);
  faults.plantAws(kind, dice.between(1, 2));
  world.tell(`  AWS Marketplace: ${kind}`);
}

/** Two runs, deliveries and reports at the same moment. */
export async function together(world: DynamoDbWorld): Promise<void> {
  report(world);
  await Promise.all([run(world, 'EveryHour'), run(world, 'CatchUp'), redeliver(world)]);
  world.count('twoRuns');
}

/** Fires a schedule now, whatever the time. */
export async function run(world: DynamoDbWorld, schedule: 'EveryHour' | 'CatchUp'): Promise<void> {
  const { results } = await world.engine.stack.fire(schedule);
  for (const result of results) {
    const ran = result.ok ? runSchema.safeParse(result.payload) : undefined;
    const left = ran?.data?.hoursLeft ?? 0;
    if (left > 0) world.count('stoppedInTime');
    world.tell(`  ${schedule}: ${result.ok ? `${left} left` : result.errorMessage}`);
  }
}

function countStruck(world: DynamoDbWorld): void {
  for (const { source, fault } of world.engine.faults.takeStruck()) {
    if (source.endsWith('RecordUsage')) world.count('killedIntake');
    else if (source.endsWith('MeterUsage')) world.count(fault === 'kill' ? 'killedMetering' : 'meteringOutOfTime');
    else if (fault === 'kill') world.count('killedAggregation');
    else world.count(fault === 'timeout' ? 'aggregationOutOfTime' : 'answerLost');
  }
}
