import { MarketplaceAgreementClient } from '@aws-sdk/client-marketplace-agreement';
import { aggregateUsage } from '../../../lambdas/aggregate-usage/aggregate-usage';
import { createDependencies as aggregation } from '../../../lambdas/aggregate-usage/dependencies';
import { createDependencies as following } from '../../../lambdas/follow-agreement/dependencies';
import { followAgreement } from '../../../lambdas/follow-agreement/follow-agreement';
import { createDependencies as metering } from '../../../lambdas/meter-usage/dependencies';
import { endSubscription } from '../../../lambdas/meter-usage/end-subscription';
import { followSubscriptions } from '../../../lambdas/meter-usage/follow-subscriptions';
import { runMetering } from '../../../lambdas/meter-usage/run-metering';
import { createDependencies as recording } from '../../../lambdas/record-usage/dependencies';
import { recordUsage } from '../../../lambdas/record-usage/record-usage';
import { createDependencies as refreshing } from '../../../lambdas/refresh-entitlements/dependencies';
import { refreshChanged, refreshDue } from '../../../lambdas/refresh-entitlements/refresh-entitlements';
import { createDependencies as registering } from '../../../lambdas/register-subscription/dependencies';
import { registerSubscription } from '../../../lambdas/register-subscription/register-subscription';
import { FUNCTIONS, type FunctionName } from '../../../lambdas/shared/contract/functions';
import type { Ports } from '../../../lambdas/shared/runtime/ports';
import type { TableChange } from '../../../lambdas/shared/runtime/table-changes';
import { DynamoDbUsageTallyStore } from '../../../lambdas/shared/stores/usage-tallies';
import { TABLE_NAMES } from '../../../local/dynamodb/memory-dynamodb';
import type { UsageRequest } from '../driver/engine';
import { entitlementClient } from './ports/entitlement-port';
import { meteringClient } from './ports/metering-port';
import { storeClient } from './ports/store-port';
import type { Invocation } from './scheduler';
import { configurationOf } from './memory-settings';
import type { MemoryWorld } from './memory-engine';

/** The functions as production wires them, on one invocation's view of DynamoDB, AWS Marketplace and the clock. */

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The clock of the machine on which an invocation runs. */
export function clockOf({ functionClock }: MemoryWorld, { options }: Invocation) {
  return { now: () => functionClock.now() + options.skewMs };
}

/** The deployed tables, as one invocation sees them. */
export function databaseOf(world: MemoryWorld, invocation: Invocation) {
  const sleep = (ms: number) => world.engine.scheduler.sleep(invocation, ms);
  return { client: storeClient(world, invocation), tables: TABLE_NAMES, sleep };
}

function portsOf<Name extends FunctionName>(world: MemoryWorld, invocation: Invocation): Ports<Name> {
  const { client, sleep } = databaseOf(world, invocation);
  return {
    client,
    sleep,
    clock: clockOf(world, invocation),
    random: () => world.dice.next(),
    logger: SILENT,
    counters: { count: () => undefined, flush: () => undefined },
    noteFailure: (error) => world.engine.expectInjected(error, invocation.name),
  };
}

type Verb<Name extends FunctionName> = (
  ports: Ports<Name>,
  config: { tables: typeof TABLE_NAMES; configuration: ReturnType<typeof configurationOf> },
  invocation: Invocation,
) => Promise<unknown>;

function start<Name extends FunctionName>(world: MemoryWorld, name: Name, verb: Verb<Name>): Invocation {
  const invocation = world.engine.newInvocation(name, FUNCTIONS[name].timeoutSeconds * 1000);
  const config = { tables: TABLE_NAMES, configuration: configurationOf(world.settings) };
  return world.engine.scheduler.start(invocation, () => verb(portsOf(world, invocation), config, invocation));
}

const remaining = (name: FunctionName) => ({ remainingMs: FUNCTIONS[name].timeoutSeconds * 1000 });

export function startRecording(world: MemoryWorld, request: UsageRequest): Invocation {
  return start(world, 'record-usage', (ports, config) => recordUsage(request, recording(ports, config)));
}

export function startAggregating(world: MemoryWorld, changes: readonly TableChange[]): Invocation {
  const { maxTallyBytes, openHourBytes, eventRetentionDays } = world.settings;
  return start(world, 'aggregate-usage', (ports, config, invocation) => {
    const deps = aggregation(ports, config, remaining('aggregate-usage'));
    const database = databaseOf(world, invocation);
    const usageTallies = new DynamoDbUsageTallyStore(database, { eventRetentionDays, openHourBytes });
    return aggregateUsage(changes, { ...deps, maxTallyBytes, usageTallies });
  });
}

export function startFollowing(world: MemoryWorld, event: unknown): Invocation {
  return start(world, 'follow-agreement', (ports, config) => followAgreement(event, following(ports, config)));
}

export function startRegistering(world: MemoryWorld, token: string): Invocation {
  const body = new URLSearchParams({ 'x-amzn-marketplace-token': token }).toString();
  const request = {
    method: 'POST',
    path: '/register',
    headers: {},
    cookies: {},
    query: new URLSearchParams(),
    requestId: 'r',
    body,
    bodyBytes: Buffer.from(body),
  };
  return start(world, 'register-subscription', (ports, config, invocation) => {
    const registration = meteringClient(world, invocation);
    const deps = registering({ ...ports, registration, newSecret: () => 'secret' }, config);
    // The page that the buyer sees next does not affect usage.
    const admissions = { openSession: async () => undefined, issueCode: async () => undefined };
    return registerSubscription(request, { ...deps, admissions });
  });
}

function meteringDeps(world: MemoryWorld, ...[ports, config, invocation]: Parameters<Verb<'meter-usage'>>) {
  const reminders = {
    remind: (subscriptionId: string, delaySeconds: number) =>
      world.engine.scheduler.call(invocation, 'SendMessage', () => {
        world.engine.reminders.push({ subscriptionId, notBeforeMs: world.timeline.nowMs + delaySeconds * 1000 });
      }),
  };
  const all = { ...ports, metering: meteringClient(world, invocation), reminders };
  return metering(all, config, remaining('meter-usage'));
}

export function startMetering(world: MemoryWorld): Invocation {
  return start(world, 'meter-usage', (...wiring) => runMetering(meteringDeps(world, ...wiring)));
}

export function startRemindedEnding(world: MemoryWorld, subscriptionId: string): Invocation {
  return start(world, 'meter-usage', (...wiring) => endSubscription(subscriptionId, meteringDeps(world, ...wiring)));
}

export function startEnding(world: MemoryWorld, changes: readonly TableChange[]): Invocation {
  return start(world, 'meter-usage', (...wiring) => followSubscriptions(changes, meteringDeps(world, ...wiring)));
}

/** Never asked: the simulated sellers do not want the details of agreements. */
const agreementService = new MarketplaceAgreementClient();

function refreshingDeps(world: MemoryWorld, ...[ports, config, invocation]: Parameters<Verb<'refresh-entitlements'>>) {
  const entitlementService = entitlementClient(world, invocation);
  return refreshing({ ...ports, entitlementService, agreementService }, config, remaining('refresh-entitlements'));
}

export function startSweeping(world: MemoryWorld): Invocation {
  return start(world, 'refresh-entitlements', (...wiring) => refreshDue(refreshingDeps(world, ...wiring)));
}

export function startRefreshing(world: MemoryWorld, changes: readonly TableChange[]): Invocation {
  return start(world, 'refresh-entitlements', (...wiring) => refreshChanged(changes, refreshingDeps(world, ...wiring)));
}
