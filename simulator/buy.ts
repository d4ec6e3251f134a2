import type { Marketplace } from './marketplace';
import type { PurchaseTerms } from './rules/agreements';
import type { Agreement } from './rules/state';

/** What a buyer buys: an offer, or else a product, whose public or free-trial offer is accepted. */
export interface Order extends PurchaseTerms {
  offerId?: string;
  productCode?: string;
  /** Whether it is the product's free trial. Default: `false`. */
  freeTrial?: boolean;
  /** A new buyer when absent or unknown. */
  accountId?: string;
}

/** Subscribes a buyer to a product; finds the offer, and creates the buyer when there is none yet. */
export function buy(marketplace: Marketplace, order: Order): Agreement {
  const { offerId, productCode = '', freeTrial = false, accountId, ...terms } = order;
  const offer = () => (freeTrial ? marketplace.freeTrialOffer(productCode) : marketplace.publicOffer(productCode));
  const accepted = offerId ?? offer().offerId;
  const known = marketplace.buyers().find((buyer) => buyer.accountId === accountId);
  const buyer = known ?? marketplace.addBuyer({ accountId });
  return marketplace.subscribe({ ...terms, accountId: buyer.accountId, offerId: accepted });
}
