import * as z from 'zod';
import type { FunctionName } from '../../../lambdas/shared/contract/functions';
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
  await engine.settled();
  const fault = dice.pick<FunctionFault>([
    { kind: 'kill', ms: dice.between(1, 25) },
    { kind: 'timeout', ms: dice.between(1, 25) },
    { kind: 'loseAnswer' },
  ]);
  await underFault(world, 'aggregate-usage', { ...fault, next: dice.between(1, 3) }, async () => {
    report(world);
    await engine.settled();
  });
}

/** A metering run dies, runs out of time, or sees its time nearly up. */
export async function breakMetering(world: DynamoDbWorld): Promise<void> {
  const { dice } = world;
  const fault = dice.pick<FunctionFault>([
    { kind: 'kill', ms: dice.between(5, 120) },
    { kind: 'timeout', ms: dice.between(5, 120) },
    { kind: 'timeout', ms: STOPS_BEFORE_MS - 1 },
  ]);
  await underFault(world, 'meter-usage', fault, () => run(world, 'EveryHour'));
}

/** Reports are cut off before, between and after their puts. */
export async function breakIntake(world: DynamoDbWorld): Promise<void> {
  const { dice, engine } = world;
  const fault: FunctionFault = { kind: 'kill', ms: dice.between(1, 20), next: dice.between(1, 2) };
  await underFault(world, 'record-usage', fault, async () => {
    dice.pick([report, reportWide])(world);
    await engine.run();
  });
}

// eslint-disable-next-line max-params -- what breaks how, and while what is done
async function underFault(
  world: DynamoDbWorld,
  name: FunctionName,
  fault: FunctionFault,
  work: () => Promise<void>,
): Promise<void> {
  const { stack } = world.engine;
  stack.plantFault(name, fault);
  world.tell(`  ${name}: ${fault.kind} ${fault.ms ?? ''}`);
  await work();
  stack.clearFaults();
  countStruck(world);
}

/** One event of each of many dimensions. */
export function reportWide(world: DynamoDbWorld): void {
  reportEach(world, WIDE);
}

/** DynamoDB as on AWS: it throttles, fails and loses answers. */
export async function breakStore(world: DynamoDbWorld): Promise<void> {
  const { dice, engine } = world;
  const { faults } = engine;
  await engine.check({ isAtRest: false });
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
  await world.engine.check({ isAtRest: false });
  report(world);
  await Promise.all([run(world, 'EveryHour'), run(world, 'CatchUp'), redeliver(world)]);
  world.count('twoRuns');
}

/** Fires a schedule now, at any time. */
async function run(world: DynamoDbWorld, schedule: 'EveryHour' | 'CatchUp'): Promise<void> {
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
