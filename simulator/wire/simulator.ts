import type { SimulatedClock } from '../clock';
import type { Marketplace } from '../marketplace';
import type { Purchase } from '../rules/agreements';
import type { Agreement } from '../rules/state';

/** What the HTTP side works on. */
export interface Simulator {
  marketplace: Marketplace;
  clock: SimulatedClock;
  settings: { registrationUrl?: string; eventBridgeEndpoint?: string };
  setRegistrationUrl(url: string): void;
  setEventBridgeEndpoint(endpoint: string): void;
}

export interface Order extends Omit<Purchase, 'accountId' | 'offerId'> {
  /** An offer, or a product whose public (or free-trial) offer is taken. */
  offerId?: string;
  productCode?: string;
  freeTrial?: boolean;
  /** A new buyer when absent or not known yet. */
  accountId?: string;
}

/** A purchase as people ask for it: by product, by a buyer who may be new. */
export function buy(marketplace: Marketplace, order: Order): Agreement {
  const { offerId, productCode = '', freeTrial = false, accountId, ...terms } = order;
  const offer = () => (freeTrial ? marketplace.freeTrialOffer(productCode) : marketplace.publicOffer(productCode));
  const accepted = offerId ?? offer().offerId;
  const known = marketplace.buyers().find((buyer) => buyer.accountId === accountId);
  const buyer = known ?? marketplace.addBuyer({ accountId });
  return marketplace.subscribe({ ...terms, accountId: buyer.accountId, offerId: accepted });
}
