import type { Product } from '../contract/seller-configuration';
import { contractOf, type Contract } from './contract';
import type { Entitlements } from './entitlements';
import type { Hour, HourKey } from './hour';
import type { CustomerIdentity } from './metering-record';
import { customerOf } from './moving';
import { activationOf, endOf, type Subscription } from './subscription';
import { sendsZeroRecords } from './zero-records';

/** Why an hour stays open: once that is mended, nothing of it is lost. */
export type WaitReason =
  | 'unknownSubscription'
  | 'notActivated'
  | 'identityIncomplete'
  | 'unknownProduct'
  | 'unknownDimension'
  | 'notMetered'
  /** Nobody knows yet what the contract gave in this hour: to bill all of it would be wrong. */
  | 'entitlementsNotChecked';

/** Who pays AWS's bill for the hours of a subscription. */
export interface Payer {
  customer: CustomerIdentity;
  product: Product;
  activatedAtMs: number;
}

/** The payer of an hour, and the contract that pays first. */
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

/** The payment of an hour, or why the hour has to wait for one. */
export function paymentOf(
  { dimension, hour }: HourKey,
  { subscription, entitlements, products }: PaymentSource,
): Payment | WaitReason {
  if (subscription === undefined) return 'unknownSubscription';
  const payer = payerOf(subscription, { products, dimension, hour });
  if (typeof payer === 'string') return payer;
  const contract = contractOf(payer, { dimension, hour, entitlements, endingAt: endOf(subscription) });
  if (contract === 'entitlementsNotChecked') return contract;
  const sendsZero = sendsZeroRecords(subscription.state, { product: payer.product, dimension });
  return { payer, contract, sendsZero };
}

/** The payer of an hour of a dimension's usage, or why the hour has to wait for one. */
export function payerOf(
  subscription: Subscription,
  { products, dimension, hour }: { products: ReadonlyMap<string, Product>; dimension: string; hour: Hour },
): Payer | WaitReason {
  const activatedAt = activationOf(subscription);
  if (activatedAt === undefined) return 'notActivated';
  const product = products.get(subscription.productCode);
  if (product === undefined) return 'unknownProduct';
  if (product.pricingModel === 'contract') return 'notMetered';
  if (!product.dimensions.some(({ apiName }) => apiName === dimension)) return 'unknownDimension';
  const customer = customerOf(subscription, hour);
  if (customer === undefined) return 'identityIncomplete';
  return { customer, product, activatedAtMs: Date.parse(activatedAt) };
}
