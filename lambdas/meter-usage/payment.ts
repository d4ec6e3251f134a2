import type { Product } from '../shared/contract/seller-configuration';
import { contractOf, type Contract } from '../shared/domain/contract';
import type { Entitlements } from '../shared/domain/entitlements';
import { payerOf, type Payer, type WaitReason } from '../shared/domain/sealing';
import type { Subscription } from '../shared/domain/subscription';
import type { HourKey } from '../shared/domain/usage-tally';
import { sendsZeroRecords } from '../shared/domain/zero-records';

/** Whose hour it is, and what is known of the contract. */
export interface HourOwner {
  subscription: Subscription | undefined;
  entitlements: Entitlements | undefined;
}

/** Who pays for an hour: the contract first. */
export interface Payment {
  payer: Payer;
  contract: Contract | undefined;
  sendsZero: boolean;
}

/** The payment of an hour, or why it has to wait for one. */
export function paymentOf(
  { dimension, hour }: HourKey,
  { subscription, entitlements }: HourOwner,
  { products }: { products: ReadonlyMap<string, Product> },
): Payment | WaitReason {
  const payer = payerOf(subscription, { products, dimension });
  if (typeof payer === 'string') return payer;
  const contract = contractOf(payer, { dimension, hour, entitlements, endingAt: subscription?.endingAt });
  if (contract === 'entitlementsNotChecked') return contract;
  const { product } = payer;
  const sendsZero = subscription !== undefined && sendsZeroRecords(subscription, { product, dimension });
  return { payer, contract, sendsZero };
}
