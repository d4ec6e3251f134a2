import { allocate } from './allocations';
import type { Contract } from './contract';
import { netUsage, NOTHING_COVERED, type Coverage, type Netting } from './coverage';
import { decimal, floor, ONE, ZERO, type Decimal } from './decimal';
import { acceptedUntilMs, hourEndMs, hourOf, hourStartMs, type Hour, type HourKey } from './hour';
import { MAX_QUANTITY } from './marketplace-limits';
import type { SealedState } from './hourly-usage';
import type { MeteringRecord } from './metering-record';
import type { Payer } from './payment';
import { totalOf, totalsByUse, type Fold } from './usage-tally';

/** A record this close to the end of AWS's window is not sent any more: it would sink its whole call. */
export const SEND_MARGIN_MS = 60_000;

/** An hour to seal, and what pays for it before AWS's bill does. */
export interface HourToSeal {
  hourKey: HourKey;
  /** Every tally of the hour, folded. */
  fold: Fold;
  /** Amount of the Balance. */
  balance: Decimal;
  /** Absent: no contract covers this dimension. */
  contract?: Contract;
  /** What it has covered so far, from the Balance. */
  coverage?: Coverage;
}

export interface SealingInput extends HourToSeal {
  payer: Payer;
  /** Whether the hour is sent even with nothing to bill; it may not be otherwise, since AWS takes an hour once. */
  sendsZero?: boolean;
  nowMs: number;
  unsendableUsage: 'carry' | 'expire';
}

/**
 * What becomes of an hour. Always
 * `used + carriedIn = quantity of the record + carriedOut + expiredQuantity + coveredQuantity`.
 */
export type Sealing = SealedAmounts &
  (
    | { state: 'sealed'; record: MeteringRecord }
    /** `covered`: a contract paid. Nothing is sent. */
    | { state: Exclude<SealedState, 'sealed'>; record?: undefined }
  );

interface SealedAmounts extends Netting {
  used: Decimal;
  carriedIn: Decimal;
  /** The Balance afterwards. 1 or more must be given an hour to be billed in. */
  carriedOut: Decimal;
  expiredQuantity: Decimal;
}

/**
 * Decides an hour from the complete fold of its tallies and the Balance.
 *
 * What a contract covers is taken off first, once: what goes to the Balance was beyond it, and is not netted again.
 * AWS takes whole units: the fraction goes to the Balance, as does what exceeds the largest Quantity. An hour before the
 * activation can never be sent and waits in the Balance for the first that can; so does one whose window has closed,
 * unless the seller chose to let it expire.
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
  const whole = floor(available);
  const quantity = whole.gt(MAX_QUANTITY) ? decimal(MAX_QUANTITY) : whole;
  const amounts = { used, carriedIn: balance, carriedOut: available.minus(quantity), expiredQuantity: ZERO };
  // Nothing to bill: AWS would take a zero, but only who asks for it gains by it.
  if (quantity.lt(ONE) && !sendsZero) return { state: unsentState, ...netting, ...amounts };
  const { customer, product } = payer;
  const units = quantity.toNumber();
  const { coveredQuantity } = netting;
  const { allocationTagKeys: allowedTagKeys } = product;
  const allocations = allocate(units, { fold, coveredQuantity, carriedIn: balance, allowedTagKeys });
  const record: MeteringRecord = {
    productCode: product.productCode,
    customer,
    dimension: hourKey.dimension,
    timestampSeconds: timestampMs / 1000,
    quantity: units,
    ...(allocations && { allocations }),
  };
  return { state: 'sealed', record, ...netting, ...amounts };
}

/** An hour that AWS will never take: what no contract covers of it is forgone, the Balance stays as it is. */
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
