import { isBillable, openForBalance } from '../../lambdas/meter-usage/open-for-balance';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import type { Balance } from '../../lambdas/shared/domain/balance';
import { hourOf, nextHour, type Hour } from '../../lambdas/shared/domain/hour';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type { Clock } from '../../lambdas/shared/runtime/ports';
import type { HourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import type { SubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';

/** A Balance that is not 0, and whether an hour can be opened to bill it. */
export interface FoundBalance {
  balance: Balance;
  product: Product | undefined;
  /** The end of a subscription bills its Balances itself, and one that is pending or over cannot be billed. */
  outcome: 'tooSmall' | 'notActive' | 'unknownDimension' | 'billable' | 'opened' | 'hoursClosed';
  /** The hour that bills it. */
  hour?: Hour;
}

export interface BalancesDeps {
  usage: Pick<SubscriptionUsageReader, 'listBalances'>;
  hourlyUsage: Pick<HourlyUsageStore, 'open'>;
  products: ReadonlyMap<string, Product>;
  graceMs: number;
  clock: Clock;
}

export async function findBalances(
  subscription: Subscription,
  { usage, products }: Pick<BalancesDeps, 'usage' | 'products'>,
): Promise<FoundBalance[]> {
  const product = products.get(subscription.productCode);
  const balances = await usage.listBalances(subscription.subscriptionId);
  return balances
    .filter(({ amount }) => !amount.eq(0))
    .map((balance) => ({ balance, product, outcome: outcomeOf(balance, { subscription, product }) }));
}

function outcomeOf(
  balance: Balance,
  { subscription, product }: { subscription: Subscription; product: Product | undefined },
): FoundBalance['outcome'] {
  if (!isBillable(balance, product)) return 'tooSmall';
  if (subscription.state !== 'active') return 'notActive';
  return product?.dimensions.some(({ apiName }) => apiName === balance.dimension) ? 'billable' : 'unknownDimension';
}

/** Opens an hour for a Balance that can be billed; idempotent. The metering function bills it when the hour is over. */
export async function billBalance(found: FoundBalance, deps: BalancesDeps): Promise<FoundBalance> {
  if (found.outcome !== 'billable') return found;
  const from = hourOf(deps.clock.now());
  // The current hour is closed if an earlier end of the subscription billed it before it was over.
  const hour = await openForBalance(found.balance, { from, until: nextHour(from) }, deps);
  return { ...found, hour, outcome: hour === undefined ? 'hoursClosed' : 'opened' };
}
