import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_ENTITLEMENT_CALLS_PER_SECOND } from '../shared/domain/marketplace-limits';
import { AwsEntitlementGateway } from '../shared/marketplace/get-entitlements';
import { backgroundFunction } from '../shared/runtime/background-chain';
import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { createEntitlementClient } from '../shared/runtime/entitlement-client';
import { toErrorIds } from '../shared/runtime/error-ids';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { isTableEvent, toStreamResponse, toTableChanges } from '../shared/runtime/table-changes';
import { callIntervalMs, DynamoDbCallQuota } from '../shared/stores/call-quota';
import { DynamoDbEntitlementStore } from '../shared/stores/entitlements-dynamodb';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-reader';
import { loadConfig } from './config';
import { refreshChanged, refreshDue, type RefreshEntitlementsDeps } from './refresh-entitlements';

const config = loadConfig({ ...process.env, SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION });
const logger = createLogger('refresh-entitlements');
const counters = createCounters('refresh-entitlements');
const client = createDocumentClient();
const tableName = config.SUBSCRIPTIONS_TABLE_NAME;
const intervalMs = callIntervalMs(MAX_ENTITLEMENT_CALLS_PER_SECOND);
const quota = new DynamoDbCallQuota({ client, tableName, operation: 'GetEntitlements', intervalMs });
/** Enough for the checks under way. */
const STOP_BEFORE_TIMEOUT_MS = 20_000;

const deps: RefreshEntitlementsDeps = {
  products: new Map(config.SELLER_CONFIGURATION.products.map((product) => [product.productCode, product])),
  subscriptions: new DynamoDbSubscriptionReader(client, tableName),
  entitlements: new DynamoDbEntitlementStore(client, { subscriptions: tableName, notices: config.NOTICES_TABLE_NAME }),
  marketplace: new AwsEntitlementGateway(createEntitlementClient(), async () => {
    const nowMs = systemClock.now();
    await sleep((await quota.takeSlot(nowMs)) - nowMs);
  }),
  clock: systemClock,
  logger,
  counters,
  onFailure: (error) => logger.error('To be checked again', { messageCode: 'REFRESH_FAILED', ...toErrorIds(error) }),
};

export const handler = backgroundFunction<object>(
  async (event, context) => {
    if (!isTableEvent(event)) {
      const deadlineMs = systemClock.now() + context.getRemainingTimeInMillis() - STOP_BEFORE_TIMEOUT_MS;
      return refreshDue(deps, { deadlineMs });
    }
    const changes = toTableChanges(event);
    return toStreamResponse(changes, await refreshChanged(changes, deps));
  },
  { logger, counters },
);
