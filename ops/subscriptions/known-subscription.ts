import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import type { Balance } from '../../lambdas/shared/domain/balance';
import type { Entitlements } from '../../lambdas/shared/domain/entitlements';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type { Ops } from '../command';
import { OperatorError } from '../errors';
import type { Installation } from '../installation/installation';
import { productOf } from '../product-of';
import { findEnding, listMarks } from '../stores/ledger-items';
import { hoursBetween, ledgerStores } from '../stores/ledger-stores';

const LAST_OUTCOMES = 10;
/** Limits the search for outcomes: the newest hours may all be open. */
const NEWEST_HOURS = 500;

/** @throws OperatorError when it does not exist. */
export async function findSubscription(installation: Installation, id: string): Promise<Subscription> {
  const found = (await ledgerStores(installation).subscriptions.getMany([id])).get(id);
  if (found === undefined) {
    throw new OperatorError(`${installation.title} has no subscription ${id}. Run \`subscriptions\` to list them.`);
  }
  return found;
}

/** Everything that the tables say of one subscription. */
export interface KnownSubscription {
  found: Subscription;
  /** Undefined without the deployed configuration. */
  pricingModel: Product['pricingModel'] | undefined;
  entitlements: Entitlements | undefined;
  balances: Balance[];
  ending: Awaited<ReturnType<typeof findEnding>>;
  marks: Record<'setAside' | 'overwritten', number>;
  outcomes: HourFields[];
  nowMs: number;
}

/** @throws OperatorError when it does not exist. */
export async function knownSubscription(ops: Ops, id: string): Promise<KnownSubscription> {
  const { installation } = ops;
  const found = await findSubscription(installation, id);
  const stores = ledgerStores(installation);
  const [entitlements, balances, ending, marks, outcomes] = await Promise.all([
    stores.entitlements.getMany([id]),
    stores.usage.listBalances(id),
    findEnding(installation, id),
    countMarks(installation, id),
    lastOutcomes(installation, id),
  ]);
  const pricingModel = productOf(ops, found.productCode)?.pricingModel;
  const nowMs = installation.clock.now();
  return { found, pricingModel, entitlements: entitlements.get(id), balances, ending, marks, outcomes, nowMs };
}

async function countMarks(installation: Installation, id: string): Promise<KnownSubscription['marks']> {
  const marks = { setAside: 0, overwritten: 0 };
  for await (const { kind } of listMarks(installation, id)) marks[kind] += 1;
  return marks;
}

async function lastOutcomes(installation: Installation, subscriptionId: string): Promise<HourFields[]> {
  const outcomes: HourFields[] = [];
  let seen = 0;
  for await (const hour of hoursBetween(installation, { subscriptionId })) {
    seen += 1;
    if (hour.state !== 'open') outcomes.push(hour);
    if (outcomes.length === LAST_OUTCOMES || seen === NEWEST_HOURS) break;
  }
  return outcomes;
}
