import type { Task, World } from '../world';
import { deliverAgain, deliverNext, redrive } from './deliver';
import { deleteExpired, meterElsewhere, outage, reconfigure, stepClock, wake } from './environment';
import { meet } from './meet';
import { meter } from './meter';
import { move } from './move';
import { overwrite, putDirectly, putMalformed } from './put-directly';
import { report } from './report';
import { followChanges, sweep } from './follow-changes';
import { askForZeros } from './zero-records';
import { amend, comeBack, end, follow, register, renew, subscribe, suspend } from './subscriptions';

/** A step changes the world at once and may leave invocations to run. */
type Step = (world: World) => Task[];

/** Several things at the same moment: the order of their calls is the dice's. */
const together: Step = (world) => {
  const { dice, stream } = world;
  const shards = stream.waiting;
  const deliveries = shards.filter(() => dice.chance(0.7)).flatMap((shard) => deliverNext(world, shard));
  const again = dice.chance(0.4) ? deliverAgain(world, dice.pick(stream.shards)) : [];
  const runs = dice.pick([0, 1, 1, 2]);
  const metering = Array.from({ length: runs }, () => meter(world));
  if (runs === 2 && world.allows('twoRuns')) world.count('twoRuns');
  if (runs > 0 && deliveries.length > 0) world.count('meteredUnderDelivery');
  return [...deliveries, ...again, ...metering, ...(dice.chance(0.3) ? report(world) : []), ...wakeOne(world)];
};

const wakeOne: Step = (world) => (world.frozen.length > 0 && world.dice.chance(0.4) ? wake(world) : []);

const redriveDay: Step = (world) => {
  const { dice, stream, timeline, settings } = world;
  if (!world.allows('redrivenDay')) return [];
  const dayMs = 86_400_000;
  const day = dice.below(Math.max(1, Math.ceil((timeline.nowMs - settings.startMs) / dayMs)));
  // As they were first put: what was written over an item since is not what was accepted.
  const records = stream.shards
    .flatMap(({ records }) => records)
    .filter(({ atMs, oldImage }) => oldImage === undefined && Math.floor((atMs - settings.startMs) / dayMs) === day);
  if (records.length === 0) return [];
  world.count('redrivenDay', `${records.length} records`);
  return [redrive(world, records)];
};

export const redriveFailed: Step = (world) => {
  const { failedBatches } = world.stream;
  const [batch] = failedBatches;
  if (batch === undefined) return [];
  world.count('redrivenBatch', `${batch.length} records`);
  return [
    redrive(
      world,
      batch,
      () => void failedBatches.splice(failedBatches.indexOf(batch), failedBatches.includes(batch) ? 1 : 0),
    ),
  ];
};

export const STEPS = {
  report,
  together,
  deliver: (world) =>
    world.stream.waiting.flatMap((shard) => (world.dice.chance(0.6) ? deliverNext(world, shard) : [])),
  deliverAgain: (world) => deliverAgain(world, world.dice.pick(world.stream.shards)),
  meter: (world) => [meter(world)],
  redriveDay,
  redriveFailed,
  putDirectly,
  putMalformed,
  overwrite,
  subscribe,
  register,
  follow,
  followChanges,
  meet,
  move,
  sweep,
  end,
  comeBack,
  renew,
  amend,
  suspend,
  outage,
  stepClock,
  reconfigure,
  askForZeros,
  wake,
  deleteExpired,
  meterElsewhere,
} satisfies Record<string, Step>;

export type StepKind = keyof typeof STEPS;
