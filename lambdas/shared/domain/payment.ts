import type { Product } from '../contract/seller-configuration';
import { contractOf, type Contract } from './contract';
import type { Entitlements } from './entitlements';
import { payerOf, type Payer, type WaitReason } from './sealing';
import type { Subscription } from './subscription';
import type { HourKey } from './usage-tally';
import { sendsZeroRecords } from './zero-records';

/** Who pays for an hour: the contract first. */
export interface Payment {
  payer: Payer;
  contract: Contract | undefined;
  /** Whether the hour is sent even with nothing to bill. */
  sendsZero: boolean;
}

/** What is known of the owner of an hour. */
export interface PaymentSource {
  subscription: Subscription | undefined;
  entitlements: Entitlements | undefined;
  products: ReadonlyMap<string, Product>;
}

/** The payment of an hour, or why it has to wait for one. */
export function paymentOf(
  { dimension, hour }: HourKey,
  { subscription, entitlements, products }: PaymentSource,
): Payment | WaitReason {
  if (subscription === undefined) return 'unknownSubscription';
  const payer = payerOf(subscription, { products, dimension, hour });
  if (typeof payer === 'string') return payer;
  const contract = contractOf(payer, { dimension, hour, entitlements, endingAt: subscription.endingAt });
  if (contract === 'entitlementsNotChecked') return contract;
  const sendsZero = sendsZeroRecords(subscription.state, { product: payer.product, dimension });
  return { payer, contract, sendsZero };
}
