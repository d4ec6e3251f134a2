import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { createDependencies as aggregation } from '../../lambdas/aggregate-usage/dependencies';
import { createDependencies as recording } from '../../lambdas/record-usage/dependencies';
import { AGGREGATE_USAGE } from '../../lambdas/shared/contract/functions';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { toLambdaRecord } from '../../local/stack/stream-records';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { aSellerConfiguration, aSubscription } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { MemoryTables } from '../stand-ins/memory-tables';
import { BENCH_PRODUCT, noteFailure } from './bench-product';
import { ConsumedCapacity } from './consumed-capacity';
import { anEvent, HOUR_START_MS, METERED_AT_MS, meterAll, PROVEN, requireBilled } from './usage-path';

const { productCode } = BENCH_PRODUCT;
const EVERY_MS = 10_000;
const EVENTS_AN_HOUR = 3_600_000 / EVERY_MS;
/** Lambda calls at once when so many bytes of records have arrived. */
const PAYLOAD_BYTES = 6 * 1024 * 1024;
/** Customers do not affect each other's costs, so that these stand for all. Their records fill a call. */
const SAMPLE = 25;

export interface Interleaved {
  customers: number;
  shards: number;
}

/**
 * The write units of an event, from intake to settled, of customers with one event every 10 seconds each, whose events
 * come through so many shards. A delivery ends as Lambda ends it: after the batching window, or when all customers together
 * have filled it. An hour is played, with the real functions in memory.
 */
export async function measureInterleaved(interleaved: Interleaved): Promise<number> {
  const tables = new MemoryTables();
  tables.put('hourlyUsage', PROVEN);
  const consumed = new ConsumedCapacity();
  const ports = {
    ...memoryPorts(tables, { nowMs: METERED_AT_MS }),
    client: consumed.clientOf(tables.dynamoDb),
    noteFailure,
  };
  const config = { tables: TABLE_NAMES, configuration: aSellerConfiguration({ products: [BENCH_PRODUCT] }) };
  const subscriptions = Array.from({ length: SAMPLE }, (_, n) =>
    tables.given(aSubscription({ productCode, subscriptionId: `s-${String(n).padStart(26, '0')}` })),
  );
  const events = subscriptions.flatMap(({ subscriptionId }, n) =>
    Array.from({ length: EVENTS_AN_HOUR }, (_, event) =>
      anEvent(subscriptionId, HOUR_START_MS + Math.floor((event + n / SAMPLE) * EVERY_MS)),
    ),
  );
  const { usageEvents } = recording(ports, config);
  for (const event of events) await usageEvents.put(event, 9_999_999_999);
  const aggregating = aggregation(ports, config, { remainingMs: Infinity });
  for (const delivery of deliveriesOf(events, interleaved)) {
    const changes = delivery.map((event) => ({ sequenceNumber: event.id, newImage: usageEventItem(event, 0) }));
    await aggregateUsage(changes, aggregating);
  }
  const hourlyUsage = await meterAll(ports, config, subscriptions);
  const { writeUnits } = consumed;
  await requireBilled(hourlyUsage);
  return writeUnits / events.length;
}

/** The sample's part of each delivery. */
function deliveriesOf(events: readonly UsageEvent[], { customers, shards }: Interleaved): UsageEvent[][] {
  const { batchingWindowSeconds } = aSellerConfiguration().usage;
  const perMs = customers / EVERY_MS / shards;
  const filledMs = Math.min(AGGREGATE_USAGE.batchSize, PAYLOAD_BYTES / recordBytes(events[0]!)) / perMs;
  const lengthMs = Math.min(batchingWindowSeconds * 1000, filledMs);
  const deliveries = Map.groupBy(events, ({ id, timeMs }) => {
    const shard = Number.parseInt(id.slice(0, 8), 16) % shards;
    // The shards are not read in step.
    const number = Math.floor((timeMs - HOUR_START_MS) / lengthMs + shard / shards);
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
