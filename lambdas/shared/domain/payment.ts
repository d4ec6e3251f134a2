import type { Product } from '../contract/seller-configuration';
import { contractOf, type Contract } from './contract';
import type { Entitlements } from './entitlements';
import type { Hour, HourKey } from './hour';
import type { CustomerIdentity } from './metering-record';
import { customerOf } from './moving';
import { periodsOf } from './periods';
import { activationOf, endOf, type Subscription } from './subscription';
import { sendsZeroRecords } from './zero-records';

/** Why an hour stays open. It loses nothing: it is sealed once the cause is fixed. */
export type WaitReason =
  | 'unknownSubscription'
  | 'notActivated'
  | 'identityIncomplete'
  | 'unknownProduct'
  | 'unknownDimension'
  | 'notMetered'
  /** The contract's amount for this hour is not known yet, and billing all usage would be wrong. */
  | 'entitlementsNotChecked'
  /** The entitlement that covers the dimension is no number, and billing all usage would be wrong. */
  | 'entitlementNotNumeric';

/** The customer whom AWS bills for an hour, and the product. */
export interface Payer {
  customer: CustomerIdentity;
  product: Product;
  activatedAtMs: number;
}

/** The payer of an hour, and the contract that covers usage first. */
export interface Payment {
  payer: Payer;
  contract: Contract | undefined;
  /** Whether the hour is sent even with nothing to bill. */
  sendsZero: boolean;
}

/** The facts that decide who pays for an hour. */
export interface PaymentSource {
  subscription: Subscription | undefined;
  entitlements: Entitlements | undefined;
  products: ReadonlyMap<string, Product>;
}

/** The payment of an hour, or why the hour must wait. */
export function paymentOf(
  { dimension, hour }: HourKey,
  { subscription, entitlements, products }: PaymentSource,
): Payment | WaitReason {
  if (subscription === undefined) return 'unknownSubscription';
  const payer = payerOf(subscription, { products, dimension, hour });
  if (typeof payer === 'string') return payer;
  const life = { endingAt: endOf(subscription), periods: periodsOf(subscription) };
  const contract = contractOf(payer, { dimension, hour, entitlements, ...life });
  if (typeof contract === 'string') return contract;
  const sendsZero = sendsZeroRecords(subscription.state, { product: payer.product, dimension });
  return { payer, contract, sendsZero };
}

/** The payer of an hour, or why the hour must wait. */
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
