import { endDueSubscriptions } from '../../lambdas/meter-usage/end-subscription';
import { followSubscriptions } from '../../lambdas/meter-usage/follow-subscriptions';
import { measureUnbilled } from '../../lambdas/meter-usage/measure-unbilled';
import { meterUsage } from '../../lambdas/meter-usage/meter-usage';
import {
  refreshChanged,
  refreshDue,
  type RefreshEntitlementsDeps,
} from '../../lambdas/refresh-entitlements/refresh-entitlements';
import { MAX_ENTITLEMENT_CALLS_PER_SECOND } from '../../lambdas/shared/domain/marketplace-limits';
import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { AwsEntitlementGateway } from '../../lambdas/shared/marketplace/get-entitlements';
import { callIntervalMs, DynamoDbCallQuota } from '../../lambdas/shared/stores/call-quota';
import { DynamoDbEndingStore } from '../../lambdas/shared/stores/endings';
import { DynamoDbEntitlementReader, DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements-dynamodb';
import { DynamoDbMeteringQuota } from '../../lambdas/shared/stores/metering-quota';
import { DynamoDbSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-reader';
import { portsOf, subscriptionsOf } from './functions';
import { entitlementClient } from './ports/entitlement-port';
import { meteringClient } from './ports/metering-port';
import type { Invocation } from './scheduler';
import type { SubscriptionChange } from './stream';
import type { World } from './world';

/** `meter-usage` and `refresh-entitlements`, as their handlers wire them: a schedule or a change of a subscription. */
const MINUTE_MS = 60_000;
/** As in the handlers. */
const STOP_METERING_BEFORE_TIMEOUT_MS = 30_000;
const STOP_REFRESHING_BEFORE_TIMEOUT_MS = 20_000;
const METERING_TIMEOUT_MS = 4 * MINUTE_MS;
const REFRESHING_TIMEOUT_MS = 4 * MINUTE_MS;

function meteringDeps(world: World, invocation: Invocation) {
  const ports = portsOf(world, invocation);
  const { client } = ports;
  const store = subscriptionsOf(ports);
  return {
    ...ports,
    subscriptions: { ...readersOf(ports).subscriptions, save: store.save.bind(store) },
    entitlements: readersOf(ports).entitlements,
    endings: new DynamoDbEndingStore({ client, tableName: 'hourlyUsage' }),
    batchingWindowMs: world.settings.batchingWindowMs,
    meteringQuota: new DynamoDbMeteringQuota({ client, tableName: 'hourlyUsage' }),
    marketplace: new AwsMeteringGateway(meteringClient(world, invocation)),
    unsendableUsage: world.settings.unsendableUsage,
    graceMs: world.settings.graceMs,
    random: () => world.dice.next(),
    deadlineMs: world.functionClock.now() + METERING_TIMEOUT_MS - STOP_METERING_BEFORE_TIMEOUT_MS,
  };
}

export function startMetering(world: World): Invocation {
  const invocation = world.newInvocation('meter-usage', METERING_TIMEOUT_MS);
  const run = meteringDeps(world, invocation);
  return world.scheduler.start(invocation, async () => {
    await endDueSubscriptions(run);
    const result = await meterUsage(run);
    // What it measures for the operator changes nothing: one run in a few is enough to see that it fails none.
    if (world.dice.chance(0.1)) await measureUnbilled(run);
    return result;
  });
}

export function startEnding(world: World, changes: readonly SubscriptionChange[]): Invocation {
  const invocation = world.newInvocation('meter-usage', METERING_TIMEOUT_MS);
  const run = meteringDeps(world, invocation);
  return world.scheduler.start(invocation, () => followSubscriptions(changes, run));
}

/** Many keys at once may be left unprocessed: whoever reads them waits by the simulation's clock. */
function readersOf({ client, sleep }: Pick<ReturnType<typeof portsOf>, 'client' | 'sleep'>) {
  const options = { client, tableName: 'subscriptions', pause: sleep };
  const subscriptions = new DynamoDbSubscriptionReader(client, 'subscriptions', sleep);
  const entitlements = new DynamoDbEntitlementReader(options);
  return {
    subscriptions: { getMany: subscriptions.getMany.bind(subscriptions) },
    entitlements: { getMany: entitlements.getMany.bind(entitlements) },
  };
}

function refreshingDeps(world: World, invocation: Invocation): RefreshEntitlementsDeps {
  const { client, clock, sleep, ...ports } = portsOf(world, invocation);
  const store = new DynamoDbEntitlementStore(client, { subscriptions: 'subscriptions', notices: 'notices' });
  const readers = readersOf({ client, sleep });
  const quota = new DynamoDbCallQuota({
    ...{ client, tableName: 'subscriptions', operation: 'GetEntitlements' },
    intervalMs: callIntervalMs(MAX_ENTITLEMENT_CALLS_PER_SECOND),
  });
  return {
    ...{ ...ports, clock },
    subscriptions: readers.subscriptions,
    entitlements: {
      ...readers.entitlements,
      save: store.save.bind(store),
      postpone: store.postpone.bind(store),
      listDue: store.listDue.bind(store),
    },
    marketplace: new AwsEntitlementGateway(entitlementClient(world, invocation), async () => {
      const nowMs = clock.now();
      await sleep((await quota.takeSlot(nowMs)) - nowMs);
    }),
  };
}

export function startSweeping(world: World): Invocation {
  const invocation = world.newInvocation('refresh-entitlements', REFRESHING_TIMEOUT_MS);
  const deadlineMs = world.functionClock.now() + REFRESHING_TIMEOUT_MS - STOP_REFRESHING_BEFORE_TIMEOUT_MS;
  const deps = refreshingDeps(world, invocation);
  return world.scheduler.start(invocation, () => refreshDue(deps, { deadlineMs }));
}

export function startRefreshing(world: World, changes: readonly SubscriptionChange[]): Invocation {
  const invocation = world.newInvocation('refresh-entitlements', REFRESHING_TIMEOUT_MS);
  const deps = refreshingDeps(world, invocation);
  return world.scheduler.start(invocation, () => refreshChanged(changes, deps));
}
