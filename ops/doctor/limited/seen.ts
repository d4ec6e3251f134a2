import type { Notice } from '../../../lambdas/shared/contract/notices';
import type { Product } from '../../../lambdas/shared/contract/seller-configuration';
import type { Entitlements } from '../../../lambdas/shared/domain/entitlements';
import type { HourlyUsage } from '../../../lambdas/shared/domain/hourly-usage';
import type { SubscriptionFields } from '../../../lambdas/shared/domain/subscription';
import type { Ops } from '../../command';
import { OperatorError } from '../../errors';
import { hoursBetween, ledgerStores } from '../../stores/ledger-stores';
import { listNotices } from '../../stores/stored-notices';
import { listSubscriptions } from '../../stores/subscription-listing';

/** Which purchase is followed. */
export interface Followed {
  /** The product's code. */
  product: string;
  /** The AWS account that buys. */
  account: string;
}

/** What the tables say of the purchase. */
export interface Seen {
  product: Product;
  account: string;
  /** The newest subscription of the account to the product. */
  subscription: SubscriptionFields | undefined;
  /** About the subscription itself, the newest first. */
  notices: readonly Notice[];
  entitlements: Entitlements | undefined;
  /** The newest first. */
  hours: readonly HourlyUsage[];
}

/** A test buys, meters and ends within days. */
const MOST_NOTICES = 100;
const MOST_HOURS = 200;

/** @throws OperatorError when the configuration is not the deployed one, or has no such product. */
export async function readSeen(ops: Ops, { product: productCode, account }: Followed): Promise<Seen> {
  const { installation } = ops;
  const { products } = ops.configuration();
  const product = products.find((each) => each.productCode === productCode);
  if (product === undefined) {
    const codes = products.map((each) => each.productCode).join(', ');
    throw new OperatorError(`The configuration has no product ${productCode}. It has ${codes}.`);
  }
  let subscription: SubscriptionFields | undefined;
  for await (const found of listSubscriptions(installation, { account, product: productCode }))
    if ((found.begunAt ?? '') >= (subscription?.begunAt ?? '')) subscription = found;
  if (subscription === undefined)
    return { product, account, subscription, notices: [], entitlements: undefined, hours: [] };
  const { subscriptionId } = subscription;
  const [notices, entitlements] = await Promise.all([
    listNotices(installation, { subscriptionId, limit: MOST_NOTICES }),
    ledgerStores(installation).entitlements.getMany([subscriptionId]),
  ]);
  const hours: HourlyUsage[] = [];
  for await (const hour of hoursBetween(installation, { subscriptionId })) {
    hours.push(hour);
    if (hours.length === MOST_HOURS) break;
  }
  return { product, account, subscription, notices, entitlements: entitlements.get(subscriptionId), hours };
}
