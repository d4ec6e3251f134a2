import type { Marketplace } from './marketplace';
import type { Purchase } from './rules/agreements';
import type { Agreement } from './rules/state';

export interface Order extends Omit<Purchase, 'accountId' | 'offerId'> {
  /** Either an offer, or a product, whose public or free-trial offer is accepted. */
  offerId?: string;
  productCode?: string;
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
