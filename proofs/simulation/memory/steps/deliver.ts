import { startAggregating } from '../functions';
import { MAX_RECORD_AGE_MS, type Shard, type StreamRecord } from '../stream';
import { checkDelivered } from '../invariants/check-delivered';
import type { MemoryWorld } from '../memory-engine';

interface Range {
  shard: Shard;
  from: number;
  to: number;
}

/** Lets Lambda's poller deliver the next batch of a shard, or the one that failed before, halved. */
export function deliverNext(world: MemoryWorld, shard: Shard): void {
  if (giveUp(world, shard)) return;
  const size = Math.min(shard.limit, world.settings.batchSize, world.dice.pick([2, 10, 40, Infinity, Infinity]));
  const to = Math.min(shard.records.length, shard.next + size);
  if (to <= shard.next) return;
  noteOrder(world, { shard, from: shard.next, to });
  deliver(world, { shard, from: shard.next, to });
  if (!world.strikes('deliveredTwice', 0.1)) return;
  world.count('deliveredTwice');
  const end = Math.min(shard.records.length, Math.max(shard.next + 1, to + world.dice.between(-2, 2)));
  if (end !== to) world.count('recut');
  deliver(world, { shard, from: shard.next, to: end });
}

/** Delivers processed records again, in other batches. */
export function deliverAgain(world: MemoryWorld): void {
  const shard = world.dice.pick(world.engine.stream.shards);
  const from = Math.max(0, shard.next - world.dice.between(1, 12));
  const to = Math.min(shard.records.length, from + world.dice.between(1, 16));
  if (from >= shard.next || to <= from || !world.allows('redelivered')) return;
  world.count('redelivered');
  if (to !== shard.next) world.count('recut');
  deliver(world, { shard, from, to });
}

/** Treats a batch as Lambda's event source mapping does (lib/table-stream.ts). */
function deliver(world: MemoryWorld, { shard, from, to }: Range): void {
  const batch = shard.records.slice(from, to);
  const invocation = startAggregating(world, batch);
  world.engine.begin(invocation, () => {
    if (invocation.state === 'done' && !invocation.wasCutOff) {
      const failed = invocation.result as readonly string[];
      const firstFailed = batch.findIndex(({ sequenceNumber }) => failed.includes(sequenceNumber));
      if (firstFailed > 0) world.count('partialBatch');
      const done = from + (firstFailed < 0 ? batch.length : firstFailed);
      checkDelivered(world, batch.slice(0, done - from));
      if (done > shard.next) Object.assign(shard, { next: done, limit: Infinity, tries: 0 });
      else if (firstFailed >= 0) shard.tries += 1;
    } else if (!invocation.isZombie) {
      shard.tries += 1;
      if (batch.length > 1) {
        world.count('bisected');
        shard.limit = Math.ceil(batch.length / 2);
      }
    }
    world.tell(
      `  delivered ${from}–${to} of shard ${world.engine.stream.shards.indexOf(shard)}: ${outcome(invocation)}`,
    );
  });
}

function outcome({ state, result }: { state: string; result: unknown }): string {
  return Array.isArray(result) && result.length > 0 ? `${state}, ${result.length} to deliver again` : state;
}

/** A failed batch that is too old is stored whole elsewhere, and the stream continues. */
function giveUp(world: MemoryWorld, shard: Shard): boolean {
  const first = shard.records[shard.next];
  if (first === undefined || shard.tries === 0 || world.timeline.nowMs - first.atMs < MAX_RECORD_AGE_MS) return false;
  const to = Math.min(shard.records.length, shard.next + Math.min(shard.limit, world.settings.batchSize));
  world.engine.stream.failedBatches.push(shard.records.slice(shard.next, to));
  Object.assign(shard, { next: to, limit: Infinity, tries: 0 });
  if (!world.isQuiet) world.count('givenUp');
  return true;
}

function noteOrder(world: MemoryWorld, { shard, from }: Range): void {
  const sequenceNumber = shard.records[from]?.sequenceNumber ?? '';
  const older = world.engine.stream.waiting.some(
    (other) => other !== shard && (other.records[other.next]?.sequenceNumber ?? '~') < sequenceNumber,
  );
  if (older) world.addCount('shardsReordered');
}

/** Feeds records in again as an operator does: the failed batches, or a whole day. */
function redrive(world: MemoryWorld, records: readonly StreamRecord[], onDone: () => void = () => undefined): void {
  const invocation = startAggregating(world, records);
  world.engine.begin(invocation, () => {
    const failed = invocation.state === 'done' ? (invocation.result as readonly string[]) : undefined;
    if (failed?.length === 0 && !invocation.wasCutOff) onDone();
    world.tell(`  redriven ${records.length} records: ${outcome(invocation)}`);
  });
}

/** An operator feeds a whole day in again. */
export function redriveDay(world: MemoryWorld): void {
  const { dice, engine, timeline, settings } = world;
  if (!world.allows('redrivenDay')) return;
  const dayMs = 86_400_000;
  const day = dice.below(Math.max(1, Math.ceil((timeline.nowMs - settings.startMs) / dayMs)));
  // The items as first put, because later versions were not accepted.
  const records = engine.stream.shards
    .flatMap(({ records }) => records)
    .filter(({ atMs, oldImage }) => oldImage === undefined && Math.floor((atMs - settings.startMs) / dayMs) === day);
  if (records.length === 0) return;
  world.count('redrivenDay', `${records.length} records`);
  redrive(world, records);
}

export function redriveFailed(world: MemoryWorld): void {
  const { failedBatches } = world.engine.stream;
  const [batch] = failedBatches;
  if (batch === undefined) return;
  world.count('redrivenBatch', `${batch.length} records`);
  redrive(world, batch, () => {
    if (failedBatches.includes(batch)) failedBatches.splice(failedBatches.indexOf(batch), 1);
  });
}
