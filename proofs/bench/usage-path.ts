import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { meterUsage } from '../../lambdas/meter-usage/meter-usage';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { DOCUMENT_TRANSLATION } from '../../lambdas/shared/runtime/dynamodb-client';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbMeteringQuota } from '../../lambdas/shared/stores/metering-quota';
import { DynamoDbSetAsideEventStore } from '../../lambdas/shared/stores/set-aside-events';
import { DynamoDbUsageEventStore, usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { DynamoDbUsageTallyStore, MAX_TALLY_BYTES } from '../../lambdas/shared/stores/usage-tallies';
import { createDesignedTable } from '../../local/stack/designed-table';
import { ConsumedCapacity } from './consumed-capacity';

const HOUR_START_MS = Date.parse('2026-03-10T12:00:00Z');
const SUBSCRIPTION: Subscription = {
  subscriptionId: `s-${'0'.repeat(26)}`,
  productCode: 'bench',
  state: 'active',
  stateReason: 'licenseUpdated',
  customerAWSAccountId: '111122223333',
  licenseArn: `arn:aws:license-manager::294406891311:license:l-${'0'.repeat(32)}`,
  activatedAt: '2026-01-01T00:00:00.000Z',
  version: 1,
};
const PRODUCT: Product = {
  productCode: 'bench',
  name: 'Bench',
  identityMode: 'license',
  pricingModel: 'subscription',
  dimensions: [{ apiName: 'events', unit: 'event' }],
  allocationTagKeys: [],
};

/** DynamoDB units of a whole hour of one subscription and dimension. */
export interface HourUnits {
  writeUnits: number;
  readUnits: number;
}

/**
 * What an hour of usage costs in DynamoDB units, from intake to the stored outcome, when a stream batch brings so many of
 * its events. The real verbs write through the real stores to DynamoDB Local, which says what each command is charged.
 * Event ids are UUIDs.
 */
export async function measureHour(endpoint: string, eventsPerHour: number, batchSize: number): Promise<HourUnits> {
  const dynamodb = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'b', secretAccessKey: 'b' },
  });
  const client = DynamoDBDocumentClient.from(dynamodb, DOCUMENT_TRANSLATION);
  const consumed = new ConsumedCapacity(client);
  const [eventsTable, talliesTable, hourlyTable, noticesTable] = await Promise.all(
    (['usageEvents', 'usageTallies', 'hourlyUsage', 'notices'] as const).map(async (table) =>
      createDesignedTable(dynamodb, table),
    ),
  );
  if (!eventsTable || !talliesTable || !hourlyTable || !noticesTable) throw new Error('A table is missing.');
  const names = { tableName: hourlyTable, noticesTableName: noticesTable };
  const hourlyUsage = new DynamoDbHourlyUsageStore({ client, ...names });
  const usageTallies = new DynamoDbUsageTallyStore({
    client,
    usageTalliesTableName: talliesTable,
    hourlyUsageTableName: hourlyTable,
    eventRetentionDays: 90,
  });
  const common = {
    hourlyUsage,
    usageTallies,
    graceMs: 300_000,
    clock: { now: () => HOUR_START_MS + 4_000_000 },
    counters: { count: () => undefined },
    sleep: async () => undefined,
    onFailure,
  };

  const events = Array.from({ length: eventsPerHour }, anEvent);
  const store = new DynamoDbUsageEventStore({ client, tableName: eventsTable });
  await pMap(events, async (event) => store.put(event, 9_999_999_999), { concurrency: 25 });
  for (let start = 0; start < events.length; start += batchSize) {
    const batch = events
      .slice(start, start + batchSize)
      .map((event) => ({ sequenceNumber: event.id, newImage: usageEventItem(event, 0) }));
    const setAsideEvents = new DynamoDbSetAsideEventStore({ client, ...names });
    await aggregateUsage(batch, { ...common, setAsideEvents, latenessHours: 24, maxTallyBytes: MAX_TALLY_BYTES });
  }
  await meterUsage({
    ...common,
    subscriptions: { getMany: async () => new Map([[SUBSCRIPTION.subscriptionId, SUBSCRIPTION]]) },
    entitlements: { getMany: async () => new Map() },
    meteringQuota: new DynamoDbMeteringQuota({ client, tableName: hourlyTable }),
    marketplace: {
      batchMeterUsage: async (records) => ({
        kind: 'answered',
        outcomes: records.map(() => ({ kind: 'accepted', meteringRecordId: randomUUID() })),
      }),
    },
    products: new Map([['bench', PRODUCT]]),
    logger: { warn: () => undefined },
    unsendableUsage: 'carry',
    random: () => 0,
    deadlineMs: Number.MAX_SAFE_INTEGER,
  });
  const { writeUnits, readUnits } = consumed;
  const [hour] = [...(await hourlyUsage.listDue(Number.MAX_SAFE_INTEGER))];
  if (hour !== undefined) throw new Error('The hour was not billed: this would measure something else.');
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

function onFailure(error: unknown): never {
  throw error;
}
