import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { createDependencies as aggregation } from '../../lambdas/aggregate-usage/dependencies';
import { AGGREGATE_USAGE } from '../../lambdas/shared/contract/functions';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import type { TableChange } from '../../lambdas/shared/runtime/table-changes';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { TABLE_NAMES, type Command } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { MemoryTables } from '../stand-ins/memory-tables';
import { Dice } from '../simulation/driver/dice';
import { BENCH_PRODUCT } from './bench-product';
import { anEvent, HOUR_START_MS } from './usage-path';
import { VirtualTime } from './virtual-time';

const DYNAMODB_MS = 5;
const $metadata = {};

export interface AggregationRate {
  /** Of usage, in virtual time: how fast DynamoDB lets them be counted. */
  eventsPerSecond: number;
  /** Of this machine's processor, for each event. */
  processorMs: number;
  /** Deliveries of which something had to come again, of all. */
  failed: number;
  /** Writes that met another one in the same item, of all. */
  conflicts: number;
}

/** One shard whose every event is another customer's: a full delivery of the real function. */
export function measureOneShard(): Promise<AggregationRate> {
  const events = Array.from({ length: AGGREGATE_USAGE.batchSize }, (_, n) =>
    anEvent(`s-${String(n).padStart(26, '0')}`, HOUR_START_MS),
  );
  return aggregated([[events]], 0);
}

/** The events of one customer and dimension, through so many shards, which are not read in step. */
export interface HotCustomer {
  shards: number;
  perSecond: number;
  windowSeconds: number;
  windows: number;
}

export function measureHotCustomer({ shards, perSecond, windowSeconds, windows }: HotCustomer) {
  const inDelivery = (perSecond * windowSeconds) / shards;
  const delivery = () => Array.from({ length: inDelivery }, () => anEvent('s-'.padEnd(28, '0'), HOUR_START_MS));
  const deliveries = Array.from({ length: shards }, () => Array.from({ length: windows }, delivery));
  return aggregated(deliveries, windowSeconds * 1000);
}

/** Each shard's deliveries one after the other, one a window, and the shards beside each other, as Lambda's mappings do. */
async function aggregated(shards: readonly UsageEvent[][][], windowMs: number): Promise<AggregationRate> {
  const time = new VirtualTime(HOUR_START_MS);
  const tables = new MemoryTables();
  const items = new BusyItems(time);
  // The same in every run.
  const { next: random } = new Dice(1);
  tables.before = (command) => items.write(command);
  const ports = {
    ...memoryPorts(tables, { nowMs: HOUR_START_MS }),
    clock: time,
    sleep: time.sleep,
    random,
    noteFailure: () => undefined,
  };
  const config = { tables: TABLE_NAMES, configuration: aSellerConfiguration({ products: [BENCH_PRODUCT] }) };
  const remainingMs = AGGREGATE_USAGE.timeoutSeconds * 1000;
  const startedAt = process.cpuUsage();
  let failed = 0;
  const deliver = async (events: readonly UsageEvent[]) => {
    let rest = events.map(toChange);
    while (rest.length > 0) {
      const again = new Set(await aggregateUsage(rest, aggregation(ports, config, { remainingMs })));
      rest = rest.filter(({ sequenceNumber }) => again.has(sequenceNumber));
      if (rest.length > 0) failed += 1;
    }
  };
  await time.pass(
    Promise.all(
      shards.map(async (deliveries) => {
        const offset = random();
        for (const [n, events] of deliveries.entries()) {
          const dueMs = HOUR_START_MS + (n + offset) * windowMs;
          if (dueMs > time.nowMs) await time.sleep(dueMs - time.nowMs);
          await deliver(events);
        }
      }),
    ),
  );
  const { user, system } = process.cpuUsage(startedAt);
  const count = shards.flat(2).length;
  return {
    eventsPerSecond: count / ((time.nowMs - HOUR_START_MS) / 1000),
    processorMs: (user + system) / 1000 / count,
    failed: failed / shards.flat().length,
    conflicts: items.conflicts / items.writes,
  };
}

const toChange = (event: UsageEvent): TableChange => ({ sequenceNumber: event.id, newImage: usageEventItem(event, 0) });

/** DynamoDB refuses a write of an item that a transaction is writing, and a transaction with an item that is being written. */
class BusyItems {
  writes = 0;
  conflicts = 0;
  readonly #busy = new Map<string, 'update' | 'transaction'>();

  constructor(private readonly time: VirtualTime) {}

  async write(command: Command): Promise<void> {
    const kind = command instanceof TransactWriteCommand ? 'transaction' : 'update';
    const keys = keysOf(command);
    if (keys.length > 0) this.writes += 1;
    const met = keys.filter((key) => this.#busy.has(key));
    if (met.some((key) => kind === 'transaction' || this.#busy.get(key) === 'transaction')) {
      this.conflicts += 1;
      await this.time.sleep(DYNAMODB_MS);
      throw kind === 'transaction'
        ? new TransactionCanceledException({
            message: 'conflict',
            $metadata,
            CancellationReasons: keys.map((key) => ({ Code: met.includes(key) ? 'TransactionConflict' : 'None' })),
          })
        : new TransactionConflictException({ message: 'conflict', $metadata });
    }
    for (const key of keys) this.#busy.set(key, kind);
    await this.time.sleep(DYNAMODB_MS);
    for (const key of keys) this.#busy.delete(key);
  }
}

function keysOf(command: Command): string[] {
  if (command instanceof UpdateCommand) return [JSON.stringify(command.input.Key)];
  if (!(command instanceof TransactWriteCommand)) return [];
  return (command.input.TransactItems ?? []).map(({ Put, Update }) =>
    JSON.stringify(Update?.Key ?? [Put?.Item?.pk, Put?.Item?.sk]),
  );
}
