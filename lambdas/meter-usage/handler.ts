import { setTimeout as sleep } from 'node:timers/promises';
import { AwsMeteringGateway } from '../shared/marketplace/batch-meter-usage';
import { createMeteringClient } from '../shared/runtime/marketplace-client';
import { backgroundFunction } from '../shared/runtime/background-chain';
import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { toErrorIds } from '../shared/runtime/error-ids';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { DynamoDbHourlyUsageStore } from '../shared/stores/hourly-usage';
import { DynamoDbMeteringQuota } from '../shared/stores/metering-quota';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-reader';
import { DynamoDbUsageTallyStore } from '../shared/stores/usage-tallies';
import { loadConfig } from './config';
import { meterUsage, type MeterUsageDeps } from './meter-usage';

const config = loadConfig({ ...process.env, SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION });
const { products, usage } = config.SELLER_CONFIGURATION;
const logger = createLogger('meter-usage');
const counters = createCounters('meter-usage');
const client = createDocumentClient();
const hourlyUsageTableName = config.HOURLY_USAGE_TABLE_NAME;
/** Enough for the call under way and for storing its outcomes. */
const STOP_BEFORE_TIMEOUT_MS = 30_000;

const deps: Omit<MeterUsageDeps, 'deadlineMs'> = {
  subscriptions: new DynamoDbSubscriptionReader(client, config.SUBSCRIPTIONS_TABLE_NAME),
  hourlyUsage: new DynamoDbHourlyUsageStore({ client, tableName: hourlyUsageTableName }),
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
  sleep: async (ms) => sleep(ms),
  random: Math.random,
  onFailure: (error) => logger.error('Left for the next run', { messageCode: 'METERING_FAILED', ...toErrorIds(error) }),
};

export const handler = backgroundFunction(
  async (_event, context) =>
    meterUsage({
      ...deps,
      deadlineMs: systemClock.now() + context.getRemainingTimeInMillis() - STOP_BEFORE_TIMEOUT_MS,
    }),
  { logger, counters },
);
