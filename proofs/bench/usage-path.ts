import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { createDependencies as aggregation } from '../../lambdas/aggregate-usage/dependencies';
import { createDependencies as metering } from '../../lambdas/meter-usage/dependencies';
import { meterUsage } from '../../lambdas/meter-usage/meter-usage';
import { createDependencies as recording } from '../../lambdas/record-usage/dependencies';
import type { TableName } from '../../lambdas/shared/contract/tables';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { documentClientOf } from '../../lambdas/shared/runtime/dynamodb-client';
import { DynamoDbHourlyUsageReader, type HourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { createDesignedTable } from '../../local/stack/designed-table';
import { aSellerConfiguration, aSubscription } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { MemoryTables } from '../stand-ins/memory-tables';
import { BENCH_PRODUCT, noteFailure } from './bench-product';
import { ConsumedCapacity, type UnitsByClass } from './consumed-capacity';

export const HOUR_START_MS = Date.parse('2026-03-10T12:00:00Z');
/** When the hour is over, and its grace. */
export const METERED_AT_MS = HOUR_START_MS + 4_000_000;
const SUBSCRIPTION = aSubscription({ productCode: BENCH_PRODUCT.productCode });
export const PROVEN = { pk: 'decimals', sk: BENCH_PRODUCT.productCode, state: 'proven' };

/**
 * The cost of an hour of usage in DynamoDB units, from intake to the stored outcome, when a stream batch brings so many
 * of its events. The real verbs write through the real stores to the embedded DynamoDB, which reports the units of each
 * command. Event ids are UUIDs.
 */
export async function measureHour(endpoint: string, eventsPerHour: number, batchSize: number): Promise<UnitsByClass> {
  const dynamodb = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'b', secretAccessKey: 'b' },
  });
  const client = documentClientOf(dynamodb);
  const tables: Record<TableName, string> = { ...TABLE_NAMES };
  for (const table of Object.values(TABLE_NAMES)) tables[table] = await createDesignedTable(dynamodb, table);
  // Only the first call of a product tries whether AWS takes its decimals.
  await client.send(new PutCommand({ TableName: tables.hourlyUsage, Item: PROVEN }));
  const consumed = new ConsumedCapacity(tables.usageTallies);
  consumed.countClient(client);
  const config = { tables, configuration: aSellerConfiguration({ products: [BENCH_PRODUCT] }) };
  // The clock stands still, an hour after the usage.
  const ports = { ...memoryPorts(new MemoryTables(), { nowMs: METERED_AT_MS }), client, noteFailure };
  const events = Array.from({ length: eventsPerHour }, () => anEvent(SUBSCRIPTION.subscriptionId));
  const { usageEvents } = recording(ports, config);
  await pMap(events, async (event) => usageEvents.put(event, 9_999_999_999), { concurrency: 25 });
  const aggregating = aggregation(ports, config, { remainingMs: Infinity });
  for (let start = 0; start < events.length; start += batchSize) {
    const batch = events
      .slice(start, start + batchSize)
      .map((event) => ({ sequenceNumber: event.id, newImage: usageEventItem(event, 0) }));
    await aggregateUsage(batch, aggregating);
  }
  const hourlyUsage = await meterAll(ports, config);
  const { writeUnits, readUnits, tallies } = consumed;
  await requireBilled(hourlyUsage);
  dynamodb.destroy();
  return { writeUnits, readUnits, tallies: { ...tallies } };
}

type BenchPorts = Omit<Parameters<typeof metering>[0], 'metering' | 'reminders'>;

/** Seals and sends every due hour of `SUBSCRIPTION` or of the given ones; AWS accepts all. */
export async function meterAll(
  ports: BenchPorts,
  config: Parameters<typeof metering>[1],
  subscriptions: readonly Subscription[] = [SUBSCRIPTION],
): Promise<HourlyUsageReader> {
  const reminders = { remind: async () => undefined };
  const meteringPorts = { ...ports, metering: new MarketplaceMeteringClient(), reminders };
  const metered = metering(meteringPorts, config, { remainingMs: 240_000 });
  await meterUsage({
    ...metered,
    // All hours of a subscription share one read of it.
    subscriptions: { getMany: async () => new Map(subscriptions.map((each) => [each.subscriptionId, each])) },
    marketplace: {
      batchMeterUsage: async (records) => ({
        outcome: 'answered',
        records: records.map(() => ({ kind: 'accepted', meteringRecordId: randomUUID() })),
      }),
    },
  });
  return new DynamoDbHourlyUsageReader({ ...ports, tables: config.tables });
}

/** @throws Error when an hour was left open or unsettled. */
export async function requireBilled(hourlyUsage: Pick<HourlyUsageReader, 'listDue'>): Promise<void> {
  const [hour] = await hourlyUsage.listDue(Number.MAX_SAFE_INTEGER);
  if (hour !== undefined) throw new Error('An hour was not billed, so the measurement would be wrong.');
}

export function anEvent(subscriptionId: string, timeMs = HOUR_START_MS + 1000): UsageEvent {
  const times = { timeMs, receivedAtMs: timeMs + 1000 };
  return {
    subscriptionId,
    source: '',
    id: randomUUID(),
    dimension: 'events',
    quantity: decimal(1),
    ...times,
    tags: {},
  };
}
