import { createHash } from 'node:crypto';
import { aggregateUsage, type UsageEventChange } from '../../lambdas/aggregate-usage/aggregate-usage';
import { followAgreement } from '../../lambdas/follow-agreement/follow-agreement';
import { recordUsage, type UsageAnswer } from '../../lambdas/record-usage/record-usage';
import { registerSubscription } from '../../lambdas/register-subscription/register-subscription';
import { MarketplaceCustomerResolver } from '../../lambdas/shared/marketplace/resolve-customer';
import type { Counters } from '../../lambdas/shared/runtime/metrics';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbSetAsideEventStore } from '../../lambdas/shared/stores/set-aside-events';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-reader';
import { DynamoDbUsageEventStore } from '../../lambdas/shared/stores/usage-events';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { meteringClient } from './ports/metering-port';
import { storeClient } from './ports/store-port';
import type { Invocation } from './scheduler';
import type { World } from './world';

/**
 * The functions as their handlers wire them: production's verbs, stores and adapters, on one invocation's view of
 * DynamoDB, AWS Marketplace and the clock. Timeouts are the stack's (lib/).
 */
const NO_COUNTERS: Counters = { count: () => undefined };
export const NO_LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };
const MINUTE_MS = 60_000;

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex');

export function portsOf(world: World, invocation: Invocation) {
  const client = storeClient(world, invocation);
  const { eventRetentionDays } = world.settings;
  const tableName = 'hourlyUsage';
  return {
    client,
    hourlyUsage: new DynamoDbHourlyUsageStore({ client, tableName, noticesTableName: 'notices' }),
    usageTallies: new DynamoDbUsageTallyStore({
      client,
      usageTalliesTableName: 'usageTallies',
      hourlyUsageTableName: tableName,
      eventRetentionDays,
    }),
    products: new Map(world.settings.products.map((product) => [product.productCode, product])),
    clock: world.functionClock,
    counters: NO_COUNTERS,
    logger: NO_LOG,
    sleep: (ms: number) => world.scheduler.sleep(invocation, ms),
    onFailure: (error: unknown) => world.expectInjected(error, invocation.name),
  };
}

export function startRecording(world: World, body: string, contentType: string): Invocation {
  const invocation = world.newInvocation('record-usage', 10_000);
  const ports = portsOf(world, invocation);
  return world.scheduler.start(invocation, (): Promise<UsageAnswer[]> =>
    recordUsage(
      { contentType, body },
      {
        ...ports,
        subscriptions: new DynamoDbSubscriptionReader(ports.client, 'subscriptions', ports.sleep),
        usageEvents: new DynamoDbUsageEventStore({ client: ports.client, tableName: 'usageEvents' }),
        latenessHours: world.settings.latenessHours,
        eventRetentionDays: world.settings.eventRetentionDays,
      },
    ),
  );
}

export function startAggregating(world: World, changes: readonly UsageEventChange[]): Invocation {
  const invocation = world.newInvocation('aggregate-usage', 2 * MINUTE_MS);
  const ports = portsOf(world, invocation);
  return world.scheduler.start(invocation, () =>
    aggregateUsage(changes, {
      ...ports,
      setAsideEvents: new DynamoDbSetAsideEventStore({
        ...{ client: ports.client, tableName: 'hourlyUsage', noticesTableName: 'notices' },
      }),
      latenessHours: world.settings.latenessHours,
      graceMs: world.settings.graceMs,
      maxTallyBytes: world.settings.maxTallyBytes,
    }),
  );
}

export function startFollowing(world: World, event: unknown): Invocation {
  const invocation = world.newInvocation('follow-agreement', MINUTE_MS);
  const ports = portsOf(world, invocation);
  return world.scheduler.start(invocation, () =>
    followAgreement(event, {
      ...ports,
      ...{ configuration: { products: world.settings.products }, sha256Hex, logger: NO_LOG },
      subscriptions: subscriptionsOf(ports),
    }),
  );
}

export function startRegistering(world: World, token: string): Invocation {
  const invocation = world.newInvocation('register-subscription', 10_000);
  const ports = portsOf(world, invocation);
  const body = new URLSearchParams({ 'x-amzn-marketplace-token': token }).toString();
  const request = {
    ...{ method: 'POST', path: '/register', headers: {}, cookies: {}, query: new URLSearchParams(), requestId: 'r' },
    ...{ body, bodyBytes: Buffer.from(body) },
  };
  return world.scheduler.start(invocation, () =>
    registerSubscription(request, {
      ...ports,
      configuration: { products: world.settings.products, registration: {}, support: { email: 'support@example.com' } },
      resolver: new MarketplaceCustomerResolver(meteringClient(world, invocation)),
      subscriptions: subscriptionsOf(ports),
      // Where the buyer goes on to is no matter of usage.
      admissions: { openSession: async () => undefined, issueCode: async () => undefined },
      ...{ newSecret: () => 'secret', sha256Hex, logger: NO_LOG },
    }),
  );
}

export function subscriptionsOf({ client }: Pick<ReturnType<typeof portsOf>, 'client'>) {
  return new DynamoDbSubscriptions(client, { subscriptions: 'subscriptions', notices: 'notices' });
}
