import type { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { METER_USAGE } from '../shared/contract/functions';
import { productsByCode } from '../shared/contract/products';
import { AwsMeteringGateway } from '../shared/marketplace/batch-meter-usage';
import {
  backgroundFunction,
  deadlineOf,
  onTableChanges,
  type BackgroundFunction,
} from '../shared/runtime/background-chain';
import { askedBy, type EndingReminders } from '../shared/runtime/ending-reminders';
import type { RetainingFunctionConfig } from '../shared/runtime/function-config';
import type { Ports } from '../shared/runtime/ports';
import { isQueueEvent, onQueueMessages } from '../shared/runtime/queue-messages';
import { isTableEvent, type BatchResponse } from '../shared/runtime/table-changes';
import { DynamoDbCallQuota } from '../shared/stores/call-quota';
import { contactRetentionOf } from '../shared/stores/contact-retention';
import { DynamoDbDecimalTrialStore } from '../shared/stores/decimal-trials';
import { DynamoDbEndingStore } from '../shared/stores/endings';
import { DynamoDbHoldReader } from '../shared/stores/holds';
import { DynamoDbNotedTestStore } from '../shared/stores/noted-tests';
import { DynamoDbEntitlementReader } from '../shared/stores/entitlements';
import { DynamoDbHourlyUsageStore } from '../shared/stores/hourly-usage';
import { readTogether } from '../shared/stores/read-together';
import { DynamoDbSubscriptionUsageReader } from '../shared/stores/subscription-usage';
import { DynamoDbSubscriptions } from '../shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageTallyReader } from '../shared/stores/usage-tallies';
import { HoldWatch } from './hold-watch';
import { endSubscription, noteFailedEnding } from './end-subscription';
import { followSubscriptions } from './follow-subscriptions';
import { SendClaims } from './send-claims';
import { TestWatch } from './test-watch';
import { runMetering, type RunMeteringDeps } from './run-metering';

export interface MeterUsagePorts extends Ports<'meter-usage'> {
  metering: MarketplaceMeteringClient;
  reminders: EndingReminders;
}

/** The dependencies of a run, which a schedule, a changed subscription or a reminder starts. */
export function createDependencies(
  { metering, noteFailure, ...ports }: MeterUsagePorts,
  { tables, configuration, contactsTable }: RetainingFunctionConfig<'meter-usage'>,
  { remainingMs }: { remainingMs: number },
): RunMeteringDeps {
  const { client, sleep, clock, random } = ports;
  const { products, testAccounts, usage } = configuration;
  const database = { client, tables, sleep };
  const tested = { products: productsByCode(products), testAccounts };
  const hourlyUsage = new DynamoDbHourlyUsageStore(database, readTogether);
  const decimalTrials = new DynamoDbDecimalTrialStore(database);
  const onFailure = (error: unknown) =>
    noteFailure(error, { sentence: 'The next run will try again', messageCode: 'METERING_FAILED' });
  return {
    ...ports,
    subscriptions: new DynamoDbSubscriptions(
      database,
      contactRetentionOf(database, configuration, { clock, contactsTable }),
    ),
    entitlements: new DynamoDbEntitlementReader(database),
    endings: new DynamoDbEndingStore(database),
    hourlyUsage,
    usageTallies: new DynamoDbUsageTallyReader(database),
    usage: new DynamoDbSubscriptionUsageReader(database),
    decimalTrials,
    claims: new SendClaims({ ...ports, hourlyUsage, decimalTrials, onFailure }),
    meteringQuota: new DynamoDbCallQuota(database, 'BatchMeterUsage', {
      clock,
      random,
      callsPerSecond: usage.meteringCallsPerSecond,
    }),
    marketplace: new AwsMeteringGateway(metering),
    ...tested,
    tests: new TestWatch(new DynamoDbNotedTestStore(database), tested, clock),
    holds: new HoldWatch(new DynamoDbHoldReader(database), clock),
    holdRules: usage,
    unsendableUsage: usage.unsendableUsage,
    graceMs: usage.graceMinutes * 60_000,
    batchingWindowMs: usage.batchingWindowSeconds * 1000,
    deadlineMs: deadlineOf(METER_USAGE, { remainingMs, clock }),
    onFailure,
  };
}

export function createHandler(
  ports: MeterUsagePorts,
  config: RetainingFunctionConfig<'meter-usage'>,
): BackgroundFunction<BatchResponse | { hoursLeft: number }> {
  return backgroundFunction(async (event, context) => {
    const deps = createDependencies(ports, config, { remainingMs: context.getRemainingTimeInMillis() });
    if (isQueueEvent(event)) {
      const pass = onQueueMessages(
        async (message) => {
          const asked = askedBy(message);
          return 'meter' in asked ? runMetering(deps) : endSubscription(asked.subscriptionId, deps);
        },
        (error) => noteFailedEnding(error, deps),
      );
      return pass(event);
    }
    if (isTableEvent(event)) return onTableChanges((changes) => followSubscriptions(changes, deps))(event);
    return runMetering(deps);
  }, ports);
}
