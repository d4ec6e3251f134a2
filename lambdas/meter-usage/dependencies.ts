import { setTimeout as sleep } from 'node:timers/promises';
import { AwsMeteringGateway } from '../shared/marketplace/batch-meter-usage';
import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { toErrorIds } from '../shared/runtime/error-ids';
import type { ChainDeps } from '../shared/runtime/invocation';
import { createMeteringClient } from '../shared/runtime/marketplace-client';
import { DynamoDbEndingStore } from '../shared/stores/endings';
import { DynamoDbEntitlementReader } from '../shared/stores/entitlements-dynamodb';
import { DynamoDbHourlyUsageStore } from '../shared/stores/hourly-usage';
import { DynamoDbMeteringQuota } from '../shared/stores/metering-quota';
import { DynamoDbSubscriptions } from '../shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageTallyStore } from '../shared/stores/usage-tallies';
import type { loadConfig } from './config';
import type { EndSubscriptionDeps } from './end-subscription';

/** What every run works with, whether a schedule or the end of a subscription starts it. */
export function createDependencies(
  config: ReturnType<typeof loadConfig>,
  { logger, counters }: ChainDeps,
): Omit<EndSubscriptionDeps, 'deadlineMs'> {
  const { products, usage } = config.SELLER_CONFIGURATION;
  const client = createDocumentClient();
  const hourlyUsageTableName = config.HOURLY_USAGE_TABLE_NAME;
  return {
    subscriptions: new DynamoDbSubscriptions(client, {
      subscriptions: config.SUBSCRIPTIONS_TABLE_NAME,
      notices: config.NOTICES_TABLE_NAME,
    }),
    entitlements: new DynamoDbEntitlementReader({ client, tableName: config.SUBSCRIPTIONS_TABLE_NAME }),
    endings: new DynamoDbEndingStore({ client, tableName: hourlyUsageTableName }),
    batchingWindowMs: usage.batchingWindowSeconds * 1000,
    hourlyUsage: new DynamoDbHourlyUsageStore({
      client,
      tableName: hourlyUsageTableName,
      noticesTableName: config.NOTICES_TABLE_NAME,
    }),
    usageTallies: new DynamoDbUsageTallyStore({
      client,
      usageTalliesTableName: config.USAGE_TALLIES_TABLE_NAME,
      hourlyUsageTableName,
      ...usage,
    }),
    meteringQuota: new DynamoDbMeteringQuota({ client, tableName: hourlyUsageTableName }),
    marketplace: new AwsMeteringGateway(createMeteringClient()),
    products: new Map(products.map((product) => [product.productCode, product])),
    unsendableUsage: usage.unsendableUsage,
    graceMs: usage.graceMinutes * 60_000,
    clock: systemClock,
    counters,
    logger,
    sleep: async (ms) => sleep(ms),
    random: Math.random,
    onFailure: (error) =>
      logger.error('Left for the next run', { messageCode: 'METERING_FAILED', ...toErrorIds(error) }),
  };
}
