import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { createDependencies as aggregation } from '../../lambdas/aggregate-usage/dependencies';
import { createDependencies as metering } from '../../lambdas/meter-usage/dependencies';
import { meterUsage } from '../../lambdas/meter-usage/meter-usage';
import { createDependencies as recording } from '../../lambdas/record-usage/dependencies';
import type { TableName } from '../../lambdas/shared/contract/tables';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { DOCUMENT_TRANSLATION } from '../../lambdas/shared/runtime/dynamodb-client';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { createDesignedTable } from '../../local/stack/designed-table';
import { aSellerConfiguration, aSubscription } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { MemoryTables } from '../stand-ins/memory-tables';
import { BENCH_PRODUCT, noteFailure } from './bench-product';
import { ConsumedCapacity } from './consumed-capacity';

const HOUR_START_MS = Date.parse('2026-03-10T12:00:00Z');
const SUBSCRIPTION = aSubscription({ productCode: BENCH_PRODUCT.productCode });
const PROVEN = { pk: 'decimals', sk: BENCH_PRODUCT.productCode, state: 'proven' };

/** DynamoDB units of a whole hour of one subscription and dimension. */
export interface HourUnits {
  writeUnits: number;
  readUnits: number;
}

/**
 * The cost of an hour of usage in DynamoDB units, from intake to the stored outcome, when a stream batch brings so many
 * of its events. The real verbs write through the real stores to the embedded DynamoDB, which reports the units of each
 * command. Event ids are UUIDs.
 */
export async function measureHour(endpoint: string, eventsPerHour: number, batchSize: number): Promise<HourUnits> {
  const dynamodb = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'b', secretAccessKey: 'b' },
  });
  const client = DynamoDBDocumentClient.from(dynamodb, DOCUMENT_TRANSLATION);
  const tables: Record<TableName, string> = { ...TABLE_NAMES };
  for (const table of Object.values(TABLE_NAMES)) tables[table] = await createDesignedTable(dynamodb, table);
  // Only the first call of a product tries whether AWS takes its decimals.
  await client.send(new PutCommand({ TableName: tables.hourlyUsage, Item: PROVEN }));
  const consumed = new ConsumedCapacity(client);
  const config = { tables, configuration: aSellerConfiguration({ products: [BENCH_PRODUCT] }) };
  // The clock stands still, an hour after the usage.
  const ports = { ...memoryPorts(new MemoryTables(), { nowMs: HOUR_START_MS + 4_000_000 }), client, noteFailure };
  const events = Array.from({ length: eventsPerHour }, anEvent);
  const { usageEvents } = recording(ports, config);
  await pMap(events, async (event) => usageEvents.put(event, 9_999_999_999), { concurrency: 25 });
  const aggregating = aggregation(ports, config, { remainingMs: Infinity });
  for (let start = 0; start < events.length; start += batchSize) {
    const batch = events
      .slice(start, start + batchSize)
      .map((event) => ({ sequenceNumber: event.id, newImage: usageEventItem(event, 0) }));
    await aggregateUsage(batch, aggregating);
  }
  const reminders = { remind: async () => undefined };
  const meteringPorts = { ...ports, metering: new MarketplaceMeteringClient(), reminders };
  const metered = metering(meteringPorts, config, { remainingMs: 240_000 });
  await meterUsage({
    ...metered,
    // All hours of a subscription share one read of it.
    subscriptions: { getMany: async () => new Map([[SUBSCRIPTION.subscriptionId, SUBSCRIPTION]]) },
    marketplace: {
      batchMeterUsage: async (records) => ({
        outcome: 'answered',
        records: records.map(() => ({ kind: 'accepted', meteringRecordId: randomUUID() })),
      }),
    },
  });
  const { writeUnits, readUnits } = consumed;
  const [hour] = await metered.hourlyUsage.listDue(Number.MAX_SAFE_INTEGER);
  if (hour !== undefined) throw new Error('The hour was not billed, so the measurement would be wrong.');
  dynamodb.destroy();
  return { writeUnits, readUnits };
}

function anEvent(): UsageEvent {
  const { subscriptionId } = SUBSCRIPTION;
  const times = { timeMs: HOUR_START_MS + 1000, receivedAtMs: HOUR_START_MS + 2000 };
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
