import { allocate } from './allocations';
import type { Contract } from './contract';
import { netUsage, NOTHING_COVERED, type Coverage, type Netting } from './coverage';
import { ZERO, type Decimal } from './decimal';
import { acceptedUntilMs, hourEndMs, hourOf, hourStartMs, laterOf, nextHour, type Hour, type HourKey } from './hour';
import type { SealedState } from './hourly-usage';
import type { MeteringRecord } from './metering-record';
import type { Payer } from './payment';
import { quantityFormOf, quantityText, sendablePart } from './quantity-form';
import { totalOf, totalsByUse, type Fold } from './usage-tally';

/** Records closer to the end of AWS's window are not sent: AWS would refuse a whole call for a late one. */
export const SEND_MARGIN_MS = 60_000;

/** An hour to seal, and the contract that covers it first. */
export interface HourToSeal {
  hourKey: HourKey;
  /** Every tally of the hour, folded. */
  fold: Fold;
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
  unsendableUsage: 'carry' | 'expire';
}

/**
 * The decision about an hour. Always
 * `used + carriedIn = quantity of the record + carriedOut + expiredQuantity + coveredQuantity`.
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
}

/**
 * Decides an hour from the complete fold of its tallies and the Balance.
 *
 * Covered usage is taken off first, and only once: the Balance holds overage, which is not netted again. The quantity
 * has the form that the dimension is configured with. What is below one step of it goes to the Balance, like everything
 * above its largest quantity. An hour before the
 * activation cannot be sent, so its usage goes to the Balance too. So does usage whose window has closed, unless the
 * seller chose `expire`.
 */
export function sealingOf(input: SealingInput): Sealing {
  const { hourKey, fold, balance, payer, sendsZero = false, nowMs, unsendableUsage } = input;
  const used = totalOf(fold);
  const netting = nettingOf(input);
  const available = used.minus(netting.coveredQuantity).plus(balance);
  const unsentState = netting.coveredQuantity.gt(0) ? 'covered' : 'carried';
  const timestampMs = timestampMsOf(hourKey.hour, payer.activatedAtMs);
  if (timestampMs === undefined || nowMs + SEND_MARGIN_MS >= acceptedUntilMs(timestampMs)) {
    if (timestampMs !== undefined && unsendableUsage === 'expire') {
      return expiryOf(input);
    }
    const amounts = { used, carriedIn: balance, carriedOut: available, expiredQuantity: ZERO };
    return { state: unsentState, ...netting, ...amounts };
  }
  const { customer, product } = payer;
  const form = quantityFormOf(product, hourKey.dimension);
  const quantity = sendablePart(available, form);
  const amounts = { used, carriedIn: balance, carriedOut: available.minus(quantity), expiredQuantity: ZERO };
  // With nothing to bill, AWS gets a zero record only if the seller asked for zero records.
  if (quantity.eq(0) && !sendsZero) return { state: unsentState, ...netting, ...amounts };
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
  return { state: 'sealed', record, ...netting, ...amounts };
}

/** Decides an hour that AWS will never accept: usage that no contract covers expires, the Balance stays. */
export function expiryOf(hour: HourToSeal): Sealing {
  const { fold, balance } = hour;
  const used = totalOf(fold);
  const netting = nettingOf(hour);
  const expiredQuantity = used.minus(netting.coveredQuantity);
  const state = expiredQuantity.eq(0) && netting.coveredQuantity.gt(0) ? 'covered' : 'expired';
  return { state, ...netting, used, carriedIn: balance, carriedOut: balance, expiredQuantity };
}

function nettingOf({ hourKey, fold, contract, coverage }: HourToSeal): Netting {
  return contract === undefined ? NOTHING_COVERED : netUsage(totalsByUse(fold, hourKey.hour), { contract, coverage });
}

/**
 * The timestamp of an hour's record: the start of the hour, or in the hour of activation the first whole second after
 * it, because AWS refuses earlier usage. Undefined for earlier hours: AWS accepts no timestamp in them.
 */
function timestampMsOf(hour: Hour, activatedAtMs: number): number | undefined {
  if (hourEndMs(hour) <= activatedAtMs) return undefined;
  const lastSecondMs = hourEndMs(hour) - 1000;
  return Math.min(lastSecondMs, Math.max(hourStartMs(hour), Math.ceil(activatedAtMs / 1000) * 1000));
}

/** The hour that bills a Balance of a step or more: the current one, whose window ends last, but one after the sealed hour. */
export function hourForBalance(nowMs: number, sealedHour: Hour): Hour {
  return laterOf(hourOf(nowMs), nextHour(sealedHour));
}
