import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { createDependencies as aggregation } from '../../lambdas/aggregate-usage/dependencies';
import { createDependencies as recording } from '../../lambdas/record-usage/dependencies';
import { AGGREGATE_USAGE } from '../../lambdas/shared/contract/functions';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { isHourSortKey } from '../../lambdas/shared/stores/hourly-usage-items';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { toLambdaRecord } from '../../local/stack/stream-records';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { itemSize } from '../../local/dynamodb/values/item-size';
import type { Item } from '../../local/dynamodb/values/item';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { aSellerConfiguration, aSubscription } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { MemoryTables } from '../stand-ins/memory-tables';
import { BENCH_PRODUCT, noteFailure } from './bench-product';
import { ConsumedCapacity, type Units, type UnitsByClass } from './consumed-capacity';
import { anEvent, HOUR_START_MS, METERED_AT_MS, meterAll, PROVEN, requireBilled } from './usage-path';

const { productCode } = BENCH_PRODUCT;
const HOUR_MS = 3_600_000;
/** Lambda calls at once when so many bytes of records have arrived. */
const PAYLOAD_BYTES = 6 * 1024 * 1024;
/** Customers do not affect each other's costs, so that these stand for all. Their records fill a call. */
const MAX_SAMPLE = 25;
const MAX_EVENTS = 40_000;
/** DynamoDB bills so many bytes for each item beside its attributes. */
const ITEM_OVERHEAD_BYTES = 100;

export interface Interleaved {
  /** Each uses one dimension; a customer who uses two counts twice. */
  customers: number;
  shards: number;
  /** Of each; default: one every 10 seconds. */
  eventsPerHour?: number;
  batchingWindowSeconds?: number;
}

/** For each event, unless it says otherwise. Read units are of aggregation and metering; those of intake are apart. */
export interface InterleavedUnits extends UnitsByClass {
  eventBytes: number;
  tallyBytes: number;
  /** For each hour of a customer. */
  ledgerBytes: number;
  /** Of all customers together. */
  deliveriesPerHour: number;
}

/**
 * The units and stored bytes of an event, from intake to settled, of customers whose events come evenly through so many
 * shards. A delivery ends as Lambda ends it: after the batching window, or when all customers together have filled it. An
 * hour is played, with the real functions in memory.
 */
export async function measureInterleaved(interleaved: Interleaved): Promise<InterleavedUnits> {
  const { customers, eventsPerHour = 360 } = interleaved;
  const sample = Math.max(1, Math.min(MAX_SAMPLE, customers, Math.floor(MAX_EVENTS / eventsPerHour)));
  const tables = new MemoryTables();
  tables.put('hourlyUsage', PROVEN);
  const consumed = new ConsumedCapacity(TABLE_NAMES.usageTallies);
  const ports = {
    ...memoryPorts(tables, { nowMs: METERED_AT_MS }),
    client: consumed.clientOf(tables.dynamoDb),
    noteFailure,
  };
  const config = { tables: TABLE_NAMES, configuration: aSellerConfiguration({ products: [BENCH_PRODUCT] }) };
  const subscriptions = Array.from({ length: sample }, (_, n) =>
    tables.given(aSubscription({ productCode, subscriptionId: `s-${String(n).padStart(26, '0')}` })),
  );
  const events = subscriptions.flatMap(({ subscriptionId }, n) =>
    Array.from({ length: eventsPerHour }, (_, event) =>
      anEvent(subscriptionId, HOUR_START_MS + Math.floor(((event + n / sample) * HOUR_MS) / eventsPerHour)),
    ),
  );
  const { usageEvents } = recording(ports, config);
  for (const event of events) await usageEvents.put(event, 9_999_999_999);
  const aggregating = aggregation(ports, config, { remainingMs: Infinity });
  const deliveryMs = deliveryLengthMs(events[0]!, interleaved);
  for (const delivery of deliveriesOf(events, { deliveryMs, ...interleaved })) {
    const changes = delivery.map((event) => ({ sequenceNumber: event.id, newImage: usageEventItem(event, 0) }));
    await aggregateUsage(changes, aggregating);
  }
  const hourlyUsage = await meterAll(ports, config, subscriptions);
  const perEvent = ({ writeUnits, readUnits }: Units): Units => ({
    writeUnits: writeUnits / events.length,
    readUnits: readUnits / events.length,
  });
  const units = { ...perEvent(consumed), tallies: perEvent(consumed.tallies) };
  await requireBilled(hourlyUsage);
  const bytesOf = (items: Iterable<Item>) =>
    [...items].reduce((bytes, each) => bytes + itemSize(each) + ITEM_OVERHEAD_BYTES, 0);
  const hours = [...tables.dynamoDb.table('hourlyUsage').items()].filter(({ sk }) => isHourSortKey(String(sk)));
  return {
    ...units,
    eventBytes: bytesOf(tables.usageEvents) / events.length,
    tallyBytes: bytesOf(tables.tallies) / events.length,
    ledgerBytes: bytesOf(hours) / sample,
    deliveriesPerHour: Math.min((interleaved.shards * HOUR_MS) / deliveryMs, customers * eventsPerHour),
  };
}

/** Of an event as `anEvent` makes them. */
export function storedEventBytes(): number {
  const item = usageEventItem(anEvent('s-'.padEnd(28, '0')), 0);
  return itemSize({ ...item, expiresAt: NumberValue.from(HOUR_START_MS / 1000) }) + ITEM_OVERHEAD_BYTES;
}

/** How long Lambda gathers a delivery. A window of 0 ends after a second, as long as one takes with so many customers. */
function deliveryLengthMs(event: UsageEvent, { customers, shards, eventsPerHour = 360, ...rest }: Interleaved): number {
  const { batchingWindowSeconds = aSellerConfiguration().usage.batchingWindowSeconds } = rest;
  const perMs = (customers * eventsPerHour) / HOUR_MS / shards;
  const filledMs = Math.min(AGGREGATE_USAGE.batchSize, PAYLOAD_BYTES / recordBytes(event)) / perMs;
  return Math.min(Math.max(1, batchingWindowSeconds) * 1000, filledMs);
}

/** The sample's part of each delivery. */
function deliveriesOf(
  events: readonly UsageEvent[],
  { deliveryMs, shards }: { deliveryMs: number; shards: number },
): UsageEvent[][] {
  const deliveries = Map.groupBy(events, ({ id, timeMs }) => {
    const shard = Number.parseInt(id.slice(0, 8), 16) % shards;
    // The shards are not read in step.
    const number = Math.floor((timeMs - HOUR_START_MS) / deliveryMs + shard / shards);
    return `${String(number).padStart(6, '0')}#${shard}`;
  });
  return [...deliveries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, delivery]) => delivery);
}

function recordBytes(event: UsageEvent): number {
  const NewImage = marshall(usageEventItem(event, 0));
  const dynamodb = { Keys: { pk: NewImage.pk! }, NewImage, SequenceNumber: '1'.repeat(26), SizeBytes: 300 };
  const record = { eventID: 'x'.repeat(32), eventName: 'INSERT' as const, dynamodb };
  const eventSourceArn = `arn:aws:dynamodb:us-east-1:123456789012:table/${'x'.repeat(60)}/stream/2026-03-10T12:00:00.000`;
  return JSON.stringify(toLambdaRecord(record, { eventSourceArn, readAtMs: HOUR_START_MS })).length;
}
