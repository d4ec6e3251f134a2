import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { createDependencies as aggregationDeps } from '../../lambdas/aggregate-usage/dependencies';
import { createDependencies as publishingDeps } from '../../lambdas/publish-notices/dependencies';
import { publishNotices } from '../../lambdas/publish-notices/publish-notices';
import { hasEntitlements } from '../../lambdas/shared/domain/entitlements';
import { toTableChanges, type TableChange } from '../../lambdas/shared/runtime/table-changes';
import { DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements';
import type { Ops } from '../command';
import { operatorPorts } from '../function-ports';
import type { StreamVerb } from '../function-verb';
import { databaseOf, ledgerStores } from '../stores/ledger-stores';

/** Does what the function would have done with the batch. @returns how many changes failed. */
export async function redriveStreamBatch(verb: StreamVerb, event: unknown, ops: Ops): Promise<number> {
  const changes = toTableChanges(event);
  const { tables, eventBridge, eventBusName } = ops.installation;
  switch (verb) {
    case 'aggregate-usage': {
      const config = { tables, configuration: ops.configuration() };
      const deps = aggregationDeps(operatorPorts(ops), config, { remainingMs: Infinity });
      return (await aggregateUsage(changes, deps)).length;
    }
    case 'publish-notices': {
      const deps = publishingDeps({ ...operatorPorts<'publish-notices'>(ops), eventBridge }, { eventBusName });
      return (await publishNotices(changes, deps)).length;
    }
    case 'meter-usage':
      return noteEndings(changes, ops);
    case 'refresh-entitlements':
      return askForEntitlements(changes, ops);
  }
}

/**
 * Opens an ending, which the next catch-up run finds minutes later. Only the function calls AWS Marketplace. The run
 * removes the ending of a subscription that is no longer ending.
 */
async function noteEndings(changes: readonly TableChange[], { installation }: Ops): Promise<number> {
  const { endings } = ledgerStores(installation);
  const nowMs = installation.clock.now();
  for (const subscriptionId of subscriptionsOf(changes)) await endings.open(subscriptionId, nowMs);
  return 0;
}

/** Makes entitlement checks due now, so that the next sweep does them. */
async function askForEntitlements(
  changes: readonly TableChange[],
  { installation, configuration }: Ops,
): Promise<number> {
  const store = new DynamoDbEntitlementStore(databaseOf(installation));
  const subscriptions = await ledgerStores(installation).subscriptions.getMany(subscriptionsOf(changes));
  const { products } = configuration();
  const nowMs = installation.clock.now();
  for (const { subscriptionId, productCode } of subscriptions.values()) {
    const product = products.find((each) => each.productCode === productCode);
    if (product && hasEntitlements(product)) await store.postpone(subscriptionId, { nowMs, dueAtMs: nowMs });
  }
  return 0;
}

function subscriptionsOf(changes: readonly TableChange[]): string[] {
  return [...new Set(changes.map(({ newImage }) => String(newImage.subscriptionId)))];
}
