import { aggregateUsage } from '../../lambdas/aggregate-usage/aggregate-usage';
import { createDependencies as aggregationDeps } from '../../lambdas/aggregate-usage/dependencies';
import { beginZeroRecords } from '../../lambdas/meter-usage/zero-records';
import { createDependencies as publishingDeps } from '../../lambdas/publish-notices/dependencies';
import { publishNotices } from '../../lambdas/publish-notices/publish-notices';
import { productsByCode } from '../../lambdas/shared/contract/products';
import { agreementToAskAbout } from '../../lambdas/shared/domain/agreement-details';
import { hasEntitlements } from '../../lambdas/shared/domain/entitlements';
import { toTableChanges, type TableChange } from '../../lambdas/shared/runtime/table-changes';
import { DynamoDbAgreementDetailsStore } from '../../lambdas/shared/stores/agreement-details';
import { DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import type { Ops } from '../command';
import { sentenceOf } from '../errors';
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
      return followSubscriptions(changes, ops);
    case 'refresh-entitlements':
      return askForEntitlements(changes, ops);
  }
}

/**
 * Opens an ending, which the next catch-up run finds minutes later, and begins the zero records of an active subscription.
 * Only the function calls AWS Marketplace. The run removes the ending of a subscription that is no longer ending.
 */
async function followSubscriptions(changes: readonly TableChange[], ops: Ops): Promise<number> {
  const { installation, terminal } = ops;
  const { clock } = installation;
  const { endings, subscriptions } = ledgerStores(installation);
  const { products, usage } = ops.configuration();
  for (const subscriptionId of subscriptionsOf(changes)) await endings.open(subscriptionId, clock.now());
  const failed = await beginZeroRecords(changes, {
    subscriptions,
    hourlyUsage: new DynamoDbHourlyUsageStore(databaseOf(installation)),
    products: productsByCode(products),
    graceMs: usage.graceMinutes * 60_000,
    clock,
    onFailure: (error) => terminal.err(sentenceOf(error)),
  });
  return failed.length;
}

/** Makes the checks of entitlements and agreements due now, so that the next sweep does them. */
async function askForEntitlements(
  changes: readonly TableChange[],
  { installation, configuration }: Ops,
): Promise<number> {
  const database = databaseOf(installation);
  const entitlements = new DynamoDbEntitlementStore(database);
  const agreementChecks = new DynamoDbAgreementDetailsStore(database);
  const subscriptions = await ledgerStores(installation).subscriptions.getMany(subscriptionsOf(changes));
  const { products, agreementDetails } = configuration();
  const nowMs = installation.clock.now();
  for (const subscription of subscriptions.values()) {
    const { subscriptionId, productCode } = subscription;
    const product = products.find((each) => each.productCode === productCode);
    if (product && hasEntitlements(product)) await entitlements.postpone(subscriptionId, { nowMs, dueAtMs: nowMs });
    if (agreementDetails && agreementToAskAbout(subscription) !== undefined)
      await agreementChecks.schedule(subscriptionId, nowMs);
  }
  return 0;
}

function subscriptionsOf(changes: readonly TableChange[]): string[] {
  return [...new Set(changes.map(({ newImage }) => String(newImage.subscriptionId)))];
}
