import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { httpFunction } from '../shared/runtime/http-chain';
import { jsonResponse } from '../shared/runtime/http-message';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { DynamoDbEntitlementReader } from '../shared/stores/entitlements-dynamodb';
import { DynamoDbHourlyUsageStore } from '../shared/stores/hourly-usage';
import { DynamoDbSubscriptionUsageReader } from '../shared/stores/subscription-usage';
import { DynamoDbAccountSubscriptionReader } from '../shared/stores/subscriptions-of-account';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-reader';
import { DynamoDbUsageTallyStore } from '../shared/stores/usage-tallies';
import { loadConfig } from './config';
import { describe, type DescribeSubscriptionDeps } from './describe-subscription';

const config = loadConfig({ ...process.env, SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION });
const { products, usage } = config.SELLER_CONFIGURATION;
const logger = createLogger('describe-subscription');
const counters = createCounters('describe-subscription');
const client = createDocumentClient();
const hourlyUsage = { client, tableName: config.HOURLY_USAGE_TABLE_NAME };
const subscriptions = { client, tableName: config.SUBSCRIPTIONS_TABLE_NAME };
const reader = new DynamoDbSubscriptionReader(client, subscriptions.tableName);
const accounts = new DynamoDbAccountSubscriptionReader(subscriptions);

const deps: DescribeSubscriptionDeps = {
  subscriptions: {
    getMany: (subscriptionIds) => reader.getMany(subscriptionIds),
    listOfAccount: (question) => accounts.listOfAccount(question),
  },
  entitlements: new DynamoDbEntitlementReader(subscriptions),
  usage: new DynamoDbSubscriptionUsageReader(hourlyUsage),
  hourlyUsage: new DynamoDbHourlyUsageStore(hourlyUsage),
  usageTallies: new DynamoDbUsageTallyStore({
    ...{ client, eventRetentionDays: usage.eventRetentionDays },
    usageTalliesTableName: config.USAGE_TALLIES_TABLE_NAME,
    hourlyUsageTableName: hourlyUsage.tableName,
  }),
  products: new Map(products.map((product) => [product.productCode, product])),
  clock: systemClock,
  sleep: async (ms) => sleep(ms),
};

export const handler = httpFunction(async (request) => jsonResponse(200, await describe(request, deps)), {
  logger,
  counters,
});
