import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { toErrorIds } from '../shared/runtime/error-ids';
import { httpFunction } from '../shared/runtime/http-chain';
import { jsonResponse } from '../shared/runtime/http-message';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-reader';
import { DynamoDbUsageEventStore } from '../shared/stores/usage-events';
import { loadConfig } from './config';
import { recordUsage, type RecordUsageDeps } from './record-usage';

const config = loadConfig({ ...process.env, SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION });
const logger = createLogger('record-usage');
const counters = createCounters('record-usage');
const client = createDocumentClient();

const deps: RecordUsageDeps = {
  subscriptions: new DynamoDbSubscriptionReader(client, config.SUBSCRIPTIONS_TABLE_NAME),
  usageEvents: new DynamoDbUsageEventStore({ client, tableName: config.USAGE_EVENTS_TABLE_NAME }),
  products: new Map(config.SELLER_CONFIGURATION.products.map((product) => [product.productCode, product])),
  ...config.SELLER_CONFIGURATION.usage,
  clock: systemClock,
  counters,
  onFailure: (error) => logger.error('A store failed', { messageCode: 'USAGE_STORE_FAILED', ...toErrorIds(error) }),
};

export const handler = httpFunction(
  async ({ headers, body }) =>
    jsonResponse(200, { results: await recordUsage({ contentType: headers['content-type'], body }, deps) }),
  { logger, counters },
);
