import type { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service';
import { REFRESH_ENTITLEMENTS } from '../shared/contract/functions';
import { productsByCode } from '../shared/contract/seller-configuration';
import { AwsEntitlementGateway } from '../shared/marketplace/get-entitlements';
import {
  backgroundFunction,
  deadlineOf,
  onTableChanges,
  type BackgroundFunction,
} from '../shared/runtime/background-chain';
import type { FunctionConfig } from '../shared/runtime/function-config';
import type { Ports } from '../shared/runtime/ports';
import { isTableEvent, type BatchResponse } from '../shared/runtime/table-changes';
import { DynamoDbCallQuota } from '../shared/stores/call-quota';
import { DynamoDbEntitlementStore } from '../shared/stores/entitlements';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-dynamodb';
import { refreshChanged, refreshDue, type RefreshDueDeps } from './refresh-entitlements';

export interface RefreshEntitlementsPorts extends Ports<'refresh-entitlements'> {
  entitlementService: MarketplaceEntitlementServiceClient;
}
type Config = FunctionConfig<'refresh-entitlements'>;

export function createDependencies(
  { client, sleep, clock, logger, counters, entitlementService, noteFailure }: RefreshEntitlementsPorts,
  { tables, configuration: { products } }: Config,
  { remainingMs }: { remainingMs: number },
): RefreshDueDeps {
  const database = { client, tables, sleep };
  const quota = new DynamoDbCallQuota(database, 'GetEntitlements');
  return {
    products: productsByCode(products),
    subscriptions: new DynamoDbSubscriptionReader(database),
    entitlements: new DynamoDbEntitlementStore(database),
    marketplace: new AwsEntitlementGateway(entitlementService, async () => {
      const nowMs = clock.now();
      await sleep((await quota.takeSlot(nowMs)) - nowMs);
    }),
    clock,
    logger,
    counters,
    deadlineMs: deadlineOf(REFRESH_ENTITLEMENTS, { remainingMs, clock }),
    onFailure: (error) =>
      noteFailure(error, { sentence: 'The entitlements will be checked again', messageCode: 'REFRESH_FAILED' }),
  };
}

export function createHandler(
  ports: RefreshEntitlementsPorts,
  config: Config,
): BackgroundFunction<BatchResponse | { checksLeft: number }> {
  return backgroundFunction(async (event, context) => {
    const deps = createDependencies(ports, config, { remainingMs: context.getRemainingTimeInMillis() });
    if (isTableEvent(event)) return onTableChanges((changes) => refreshChanged(changes, deps))(event);
    return refreshDue(deps);
  }, ports);
}
