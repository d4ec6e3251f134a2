import { startAggregating } from '../functions';
import { MAX_RECORD_AGE_MS, type Shard, type StreamRecord } from '../stream';
import type { Task, World } from '../world';

interface Range {
  shard: Shard;
  from: number;
  to: number;
}

/** Lets Lambda's poller deliver the next batch of a shard, or the one that failed before, halved. */
export function deliverNext(world: World, shard: Shard): Task[] {
  if (giveUp(world, shard)) return [];
  const size = Math.min(shard.limit, world.settings.batchSize, world.dice.pick([2, 10, 40, Infinity, Infinity]));
  const to = Math.min(shard.records.length, shard.next + size);
  if (to <= shard.next) return [];
  noteOrder(world, { shard, from: shard.next, to });
  const tasks = [deliver(world, { shard, from: shard.next, to })];
  if (world.strikes('deliveredTwice', 0.1)) {
    world.count('deliveredTwice');
    const end = Math.min(shard.records.length, Math.max(shard.next + 1, to + world.dice.between(-2, 2)));
    if (end !== to) world.count('recut');
    tasks.push(deliver(world, { shard, from: shard.next, to: end }));
  }
  return tasks;
}

/** Delivers again what was done, cut otherwise. */
export function deliverAgain(world: World, shard: Shard): Task[] {
  const from = Math.max(0, shard.next - world.dice.between(1, 12));
  const to = Math.min(shard.records.length, from + world.dice.between(1, 16));
  if (from >= shard.next || to <= from || !world.allows('redelivered')) return [];
  world.count('redelivered');
  if (to !== shard.next) world.count('recut');
  return [deliver(world, { shard, from, to })];
}

/** What Lambda's event source mapping does with a batch: lib/table-stream.ts. */
function deliver(world: World, { shard, from, to }: Range): Task {
  const batch = shard.records.slice(from, to);
  const invocation = startAggregating(world, batch);
  const finish = () => {
    if (invocation.state === 'done' && !invocation.wasCutOff) {
      const failed = invocation.result as readonly string[];
      const firstFailed = batch.findIndex(({ sequenceNumber }) => failed.includes(sequenceNumber));
      if (firstFailed > 0) world.count('partialBatch');
      const done = from + (firstFailed < 0 ? batch.length : firstFailed);
      if (done > shard.next) Object.assign(shard, { next: done, limit: Infinity, tries: 0 });
      else if (firstFailed >= 0) shard.tries += 1;
    } else if (!invocation.isZombie) {
      shard.tries += 1;
      if (batch.length > 1) {
        world.count('bisected');
        shard.limit = Math.ceil(batch.length / 2);
      }
    }
    world.tell(`  delivered ${from}–${to} of shard ${world.stream.shards.indexOf(shard)}: ${outcome(invocation)}`);
  };
  return { invocation, finish };
}

function outcome({ state, result }: { state: string; result: unknown }): string {
  return Array.isArray(result) && result.length > 0 ? `${state}, ${result.length} to deliver again` : state;
}

/** A batch that failed and has grown too old is kept elsewhere, whole, and the stream goes on. */
function giveUp(world: World, shard: Shard): boolean {
  const first = shard.records[shard.next];
  if (first === undefined || shard.tries === 0 || world.timeline.nowMs - first.atMs < MAX_RECORD_AGE_MS) return false;
  const to = Math.min(shard.records.length, shard.next + Math.min(shard.limit, world.settings.batchSize));
  world.stream.failedBatches.push(shard.records.slice(shard.next, to));
  Object.assign(shard, { next: to, limit: Infinity, tries: 0 });
  if (!world.isQuiet) world.count('givenUp');
  return true;
}

function noteOrder({ stream, counts }: World, { shard, from }: Range): void {
  const sequenceNumber = shard.records[from]?.sequenceNumber ?? '';
  const older = stream.waiting.some(
    (other) => other !== shard && (other.records[other.next]?.sequenceNumber ?? '~') < sequenceNumber,
  );
  if (older) counts.shardsReordered = (counts.shardsReordered ?? 0) + 1;
}

/** Feeds records in again as an operator does: from the failed batches, or a whole day of them. */
export function redrive(world: World, records: readonly StreamRecord[], onDone: () => void = () => undefined): Task {
  const invocation = startAggregating(world, records);
  const finish = () => {
    const failed = invocation.state === 'done' ? (invocation.result as readonly string[]) : undefined;
    if (failed?.length === 0 && !invocation.wasCutOff) onDone();
    world.tell(`  redriven ${records.length} records: ${outcome(invocation)}`);
  };
  return { invocation, finish };
}
