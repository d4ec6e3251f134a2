import { allocate } from './allocations';
import type { Contract } from './contract';
import { netUsage, NOTHING_COVERED, type Coverage, type Netting } from './coverage';
import { ZERO, type Decimal } from './decimal';
import { acceptedUntilMs, hourOf, laterOf, nextHour, type Hour, type HourKey } from './hour';
import type { SealedState } from './hourly-usage';
import type { MeteringRecord } from './metering-record';
import type { Payer } from './payment';
import { isLapsed, timestampMsOf, type Period } from './periods';
import { quantityFormOf, quantityText, sendablePart } from './quantity-form';
import { splitByUse, totalOf, totalsByUse, type Fold } from './usage-tally';
import type { Withholding } from './withholding';

/** Records closer to the end of AWS's window are not sent: AWS would refuse a whole call for a late one. */
export const SEND_MARGIN_MS = 60_000;

/** An hour to seal, and the contract that covers it first. */
export interface HourToSeal {
  hourKey: HourKey;
  /** Every tally of the hour, folded. */
  fold: Fold;
  /** When the buyer was subscribed. */
  periods: readonly Period[];
  /** Which hours of use are not metered; absent: all are. */
  withholding?: Withholding;
  /** The amount in the Balance. */
  balance: Decimal;
  /** Absent: no contract covers this dimension. */
  contract?: Contract;
  /** The Balance's coverage so far. */
  coverage?: Coverage;
}

export interface SealingInput extends HourToSeal {
  payer: Payer;
  /** Whether the hour is sent even with nothing to bill; a zero excludes a later record of the hour. */
  sendsZero?: boolean;
  nowMs: number;
  /** Whether the hour is held back and can wait no longer, so that a later hour bills it. */
  isCarried?: boolean;
  unsendableUsage: 'carry' | 'expire';
}

/**
 * The decision about an hour. Always `used + carriedIn = quantity of the record + carriedOut` and what is never sent:
 * `+ expiredQuantity + coveredQuantity + rejectedQuantity + withheldQuantity`.
 */
export type Sealing = SealedAmounts &
  (
    | { state: 'sealed'; record: MeteringRecord }
    /** Nothing is sent. */
    | { state: Exclude<SealedState, 'sealed'>; record?: undefined }
  );

interface SealedAmounts extends Netting {
  used: Decimal;
  carriedIn: Decimal;
  /** The Balance afterwards. If it makes a step of the form, an open hour must exist to bill it. */
  carriedOut: Decimal;
  expiredQuantity: Decimal;
  /** Used while nobody was subscribed, and the hours of that use. */
  rejectedQuantity: Decimal;
  rejectedUse: Hour[];
  /** Used for tests, and the hours of that use. */
  withheldQuantity: Decimal;
  withheldUse: Hour[];
}

/**
 * Decides an hour from the complete fold of its tallies and the Balance.
 *
 * Usage from hours of tests is withheld, and usage from hours in which nobody was subscribed is rejected. Nothing else is
 * decided about either: no contract covers it, and it never reaches the Balance. Covered usage is
 * taken off first, and only once: the Balance holds overage, which is not netted again. The quantity has the form that
 * the dimension is configured with. What is below one step of it goes to the Balance, like everything above its largest
 * quantity. An hour before the activation or between two periods cannot be sent, so its usage goes to the Balance too.
 * So does usage whose window has closed, unless the seller chose `expire`.
 */
export function sealingOf(input: SealingInput): Sealing {
  const { hourKey, balance, payer, periods, sendsZero = false, isCarried, nowMs, unsendableUsage } = input;
  const { fold, kept, ...amounts } = usageOf(input);
  const netting = nettingOf({ ...input, fold });
  const available = kept.minus(netting.coveredQuantity).plus(balance);
  const unsentState = unsentStateOf({ ...netting, ...amounts, kept }, 'carried');
  const timestampMs = timestampMsOf(hourKey.hour, periods);
  if (timestampMs === undefined || isCarried || nowMs + SEND_MARGIN_MS >= acceptedUntilMs(timestampMs)) {
    if (timestampMs !== undefined && !isCarried && unsendableUsage === 'expire') {
      return expiryOf(input);
    }
    return { state: unsentState, ...netting, ...amounts, carriedIn: balance, carriedOut: available };
  }
  const { customer, product } = payer;
  const form = quantityFormOf(product, hourKey.dimension);
  const quantity = sendablePart(available, form);
  const decided = { ...netting, ...amounts, carriedIn: balance, carriedOut: available.minus(quantity) };
  // With nothing to bill, AWS gets a zero record only if the seller asked for zero records.
  if (quantity.eq(0) && (!sendsZero || input.withholding?.(hourKey.hour) !== undefined))
    return { state: unsentState, ...decided };
  const { coveredQuantity } = netting;
  const { allocationTagKeys: allowedTagKeys } = product;
  const allocations = allocate(quantity, { form, fold, coveredQuantity, carriedIn: balance, allowedTagKeys });
  const record: MeteringRecord = {
    productCode: product.productCode,
    customer,
    dimension: hourKey.dimension,
    timestampSeconds: timestampMs / 1000,
    form,
    quantity: quantityText(quantity, form),
    ...(allocations && { allocations }),
  };
  return { state: 'sealed', record, ...decided };
}

/** Decides an hour that AWS will never accept: usage that no contract covers expires, the Balance stays. */
export function expiryOf(hour: HourToSeal): Sealing {
  const { balance } = hour;
  const { fold, kept, ...amounts } = usageOf(hour);
  const netting = nettingOf({ ...hour, fold });
  const expiredQuantity = kept.minus(netting.coveredQuantity);
  const state = expiredQuantity.gt(0) ? 'expired' : unsentStateOf({ ...netting, ...amounts, kept }, 'expired');
  return { state, ...netting, ...amounts, carriedIn: balance, carriedOut: balance, expiredQuantity };
}

/** The usage of an hour without what was used for tests, and without what was used while nobody was subscribed. */
function usageOf({ hourKey: { hour }, fold, periods, withholding }: HourToSeal) {
  const withheld = splitByUse(fold, hour, (usedIn) => withholding?.(usedIn) !== undefined);
  const rejected = splitByUse(withheld.rest, hour, (usedIn) => isLapsed(usedIn, periods));
  const [used, withheldQuantity, rejectedQuantity] = [
    totalOf(fold),
    totalOf(withheld.chosen),
    totalOf(rejected.chosen),
  ];
  return {
    fold: rejected.rest,
    kept: used.minus(withheldQuantity).minus(rejectedQuantity),
    used,
    withheldQuantity,
    withheldUse: withheld.hours,
    rejectedQuantity,
    rejectedUse: rejected.hours,
    expiredQuantity: ZERO,
  };
}

/** The state of an hour of which nothing is sent. */
function unsentStateOf<Otherwise extends SealedState>(
  {
    coveredQuantity,
    rejectedQuantity,
    withheldQuantity,
    kept,
  }: Pick<SealedAmounts, 'coveredQuantity' | 'rejectedQuantity' | 'withheldQuantity'> & { kept: Decimal },
  otherwise: Otherwise,
): 'covered' | 'rejected' | 'withheld' | Otherwise {
  if (coveredQuantity.gt(0)) return 'covered';
  if (kept.gt(0)) return otherwise;
  if (rejectedQuantity.gt(0)) return 'rejected';
  return withheldQuantity.gt(0) ? 'withheld' : otherwise;
}

function nettingOf({ hourKey, fold, contract, coverage }: HourToSeal): Netting {
  return contract === undefined ? NOTHING_COVERED : netUsage(totalsByUse(fold, hourKey.hour), { contract, coverage });
}

/** The hour that bills a Balance of a step or more: the current one, whose window ends last, but one after the sealed hour. */
export function hourForBalance(nowMs: number, sealedHour: Hour): Hour {
  return laterOf(hourOf(nowMs), nextHour(sealedHour));
}
