import type { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service';
import type { MarketplaceAgreementClient } from '@aws-sdk/client-marketplace-agreement';
import { REFRESH_ENTITLEMENTS } from '../shared/contract/functions';
import { productsByCode } from '../shared/contract/products';
import { MAX_ENTITLEMENT_CALLS_PER_SECOND } from '../shared/domain/marketplace-limits';
import { AwsAgreementGateway } from '../shared/marketplace/describe-agreement';
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
import { DynamoDbAgreementDetailsStore } from '../shared/stores/agreement-details';
import { DynamoDbCallQuota } from '../shared/stores/call-quota';
import { DynamoDbEntitlementStore } from '../shared/stores/entitlements';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-dynamodb';
import { refreshChanged, refreshDue, type RefreshDueDeps } from './refresh-entitlements';

export interface RefreshEntitlementsPorts extends Ports<'refresh-entitlements'> {
  entitlementService: MarketplaceEntitlementServiceClient;
  agreementService: MarketplaceAgreementClient;
}
type Config = FunctionConfig<'refresh-entitlements'>;

/** AWS counts calls per account. A fifth of the quota is reserved for the seller's other applications. */
const CALLS_PER_SECOND = MAX_ENTITLEMENT_CALLS_PER_SECOND * 0.8;

export function createDependencies(
  {
    client,
    sleep,
    clock,
    random,
    logger,
    counters,
    entitlementService,
    agreementService,
    noteFailure,
  }: RefreshEntitlementsPorts,
  { tables, configuration: { products, agreementDetails } }: Config,
  { remainingMs }: { remainingMs: number },
): RefreshDueDeps {
  const database = { client, tables, sleep };
  const quota = new DynamoDbCallQuota(database, 'GetEntitlements', {
    clock,
    random,
    callsPerSecond: CALLS_PER_SECOND,
  });
  const subscriptions = new DynamoDbSubscriptionReader(database);
  const onFailure = (error: unknown) =>
    noteFailure(error, { sentence: 'The entitlements will be checked again', messageCode: 'REFRESH_FAILED' });
  const shared = { subscriptions, clock, logger, counters, onFailure };
  return {
    ...shared,
    products: productsByCode(products),
    entitlements: new DynamoDbEntitlementStore(database),
    marketplace: new AwsEntitlementGateway(entitlementService, async () => {
      const slotMs = await quota.takeSlot();
      await sleep(Math.max(0, slotMs - clock.now()));
    }),
    deadlineMs: deadlineOf(REFRESH_ENTITLEMENTS, { remainingMs, clock }),
    ...(agreementDetails && {
      agreements: {
        ...shared,
        agreementDetails: new DynamoDbAgreementDetailsStore(database),
        agreements: new AwsAgreementGateway(agreementService),
      },
    }),
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
