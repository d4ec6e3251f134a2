import type { Product } from '../contract/seller-configuration';
import { allocate } from './allocations';
import { decimal, floor, ONE, ZERO, type Decimal } from './decimal';
import { acceptedUntilMs, hourEndMs, hourOf, hourStartMs, type Hour } from './hour';
import { MAX_QUANTITY } from './marketplace-limits';
import type { CustomerIdentity, MeteringRecord } from './metering-record';
import { customerOf } from './moving';
import type { Subscription } from './subscription';
import { totalOf, type Fold, type HourKey } from './usage-tally';

/** A record this close to the end of AWS's window is not sent any more: it would sink its whole call. */
export const SEND_MARGIN_MS = 60_000;

/** Why an hour stays open: mended, nothing of it is lost. */
export type WaitReason =
  | 'unknownSubscription'
  | 'notActivated'
  | 'identityIncomplete'
  | 'unknownProduct'
  | 'unknownDimension'
  | 'notMetered'
  /** What the contract covers is not taken off yet: to bill all of it would be wrong, and so would be to bill none. */
  | 'contractNotNetted';

/** Who pays for the hours of a subscription, and by what rules. */
export interface Payer {
  customer: CustomerIdentity;
  product: Product;
  activatedAtMs: number;
}

/** The payer of an hour of a dimension's usage, or why the hour has to wait for one. */
export function payerOf(
  subscription: Subscription | undefined,
  { products, dimension, hour }: { products: ReadonlyMap<string, Product>; dimension: string; hour: Hour },
): Payer | WaitReason {
  if (subscription === undefined) return 'unknownSubscription';
  if (subscription.activatedAt === undefined || subscription.state === 'pending') return 'notActivated';
  const product = products.get(subscription.productCode);
  if (product === undefined) return 'unknownProduct';
  if (product.pricingModel === 'contract') return 'notMetered';
  if (product.pricingModel === 'contractWithConsumption') return 'contractNotNetted';
  if (!product.dimensions.some(({ apiName }) => apiName === dimension)) return 'unknownDimension';
  const customer = customerOf(subscription, hour);
  if (customer === undefined) return 'identityIncomplete';
  return { customer, product, activatedAtMs: Date.parse(subscription.activatedAt) };
}

export interface SealingInput {
  hourKey: HourKey;
  /** Every tally of the hour, folded. */
  fold: Fold;
  /** Amount of the Balance. */
  balance: Decimal;
  payer: Payer;
  nowMs: number;
  unsendableUsage: 'carry' | 'expire';
}

/**
 * What becomes of a closed hour. `used + carriedIn = quantity of the record + carriedOut + expiredQuantity`, always.
 */
export interface Sealing {
  state: 'sealed' | 'carried' | 'expired';
  record?: MeteringRecord;
  used: Decimal;
  carriedIn: Decimal;
  /** The Balance afterwards. 1 or more has to be given an hour to be billed in. */
  carriedOut: Decimal;
  expiredQuantity: Decimal;
}

/**
 * Decides a closed hour from the complete fold of its tallies and the Balance.
 *
 * AWS takes whole units: the fraction goes to the Balance, as does what exceeds the largest Quantity. An hour before the
 * activation can never be sent and waits in the Balance for the first that can; so does one whose window has closed,
 * unless the seller chose to let it expire.
 */
export function sealingOf(input: SealingInput): Sealing {
  const { hourKey, fold, balance, payer, nowMs, unsendableUsage } = input;
  const used = totalOf(fold);
  const timestampMs = timestampMsOf(hourKey.hour, payer.activatedAtMs);
  if (timestampMs === undefined || nowMs + SEND_MARGIN_MS >= acceptedUntilMs(timestampMs)) {
    if (timestampMs !== undefined && unsendableUsage === 'expire') {
      return expiryOf(fold, balance);
    }
    return { state: 'carried', used, carriedIn: balance, carriedOut: balance.plus(used), expiredQuantity: ZERO };
  }
  const available = used.plus(balance);
  const whole = floor(available);
  const quantity = whole.gt(MAX_QUANTITY) ? decimal(MAX_QUANTITY) : whole;
  const amounts = { used, carriedIn: balance, carriedOut: available.minus(quantity), expiredQuantity: ZERO };
  // Nothing to bill: AWS would take a zero, but nobody gains by it.
  if (quantity.lt(ONE)) return { state: 'carried', ...amounts };
  const { customer, product } = payer;
  const units = quantity.toNumber();
  const allocations = allocate(units, { fold, carriedIn: balance, allowedTagKeys: product.allocationTagKeys });
  const record: MeteringRecord = {
    productCode: product.productCode,
    customer,
    dimension: hourKey.dimension,
    timestampSeconds: timestampMs / 1000,
    quantity: units,
    ...(allocations && { allocations }),
  };
  return { state: 'sealed', record, ...amounts };
}

/** An hour that AWS will never take: what it holds is forgone, the Balance stays as it is. */
export function expiryOf(fold: Fold, balance: Decimal): Sealing {
  const used = totalOf(fold);
  return { state: 'expired', used, carriedIn: balance, carriedOut: balance, expiredQuantity: used };
}

/**
 * The timestamp of an hour's record: its start, but in the hour of activation the first whole second of the licence
 * (AWS refuses usage from before it). Undefined for hours before: there is no timestamp AWS would take.
 */
function timestampMsOf(hour: Hour, activatedAtMs: number): number | undefined {
  if (hourEndMs(hour) <= activatedAtMs) return undefined;
  const lastSecondMs = hourEndMs(hour) - 1000;
  return Math.min(lastSecondMs, Math.max(hourStartMs(hour), Math.ceil(activatedAtMs / 1000) * 1000));
}

/** The first hour that may take a Balance of 1 or more: the current one, which is still far from the end of its window. */
export function hourForBalance(nowMs: number, sealedHour: Hour): Hour {
  const current = hourOf(nowMs);
  return current > sealedHour ? current : hourOf(hourEndMs(sealedHour));
}
