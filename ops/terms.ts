import { decimal, sum, ZERO, type Decimal } from '../lambdas/shared/domain/decimal';
import type { HourFields, HourState } from '../lambdas/shared/domain/hourly-usage';

/**
 * The terms of the promise that the ledger holds. `pending` is not among them: no tally holds it yet.
 *
 * `carried` is net: what hours added to the Balance minus what they took from it. It can be negative for some hours. For
 * all hours of a dimension it equals the Balance.
 */
export const TERMS = [
  'open',
  'sealed',
  'billed',
  'covered',
  'carried',
  'withheld',
  'rejected',
  'expired',
  'unconfirmed',
] as const satisfies readonly HourState[];
export type Terms = Record<(typeof TERMS)[number], Decimal>;

/** An hour with its usage: the stored `used`, or the sum of its tallies while it is open. */
export type CountedHour = HourFields & { used: Decimal };

/** How the usage of one hour divides into terms. */
export function termsOf(hour: CountedHour): Terms {
  const { state, record, used, carriedIn = ZERO, carriedOut = ZERO, coveredQuantity = ZERO } = hour;
  const { expiredQuantity = ZERO, carriedQuantity = ZERO, rejectedQuantity = ZERO, withheldQuantity = ZERO } = hour;
  const terms = emptyTerms();
  if (state === 'open') return { ...terms, open: used };
  const net = {
    ...terms,
    carried: carriedOut.minus(carriedIn),
    covered: coveredQuantity,
    rejected: rejectedQuantity,
    withheld: withheldQuantity,
  };
  if (state === 'carried') return { ...net, carried: net.carried.plus(carriedQuantity) };
  if (state === 'covered' || state === 'withheld') return net;
  const own = record === undefined ? expiredQuantity : decimal(record.quantity);
  return { ...net, [state]: net[state].plus(own) };
}

export interface DimensionTotals {
  dimension: string;
  used: Decimal;
  terms: Terms;
  /** `used` minus the sum of the terms. Anything but 0 breaks the promise. */
  difference: Decimal;
}

/** Totals by dimension, with the check that every unit is in exactly one term. */
export function totalsOf(hours: Iterable<CountedHour>): DimensionTotals[] {
  const byDimension = Map.groupBy(hours, ({ dimension }) => dimension);
  return [...byDimension]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([dimension, its]) => {
      const used = sum(its.map((hour) => hour.used));
      const each = its.map(termsOf);
      const terms = emptyTerms();
      for (const term of TERMS) terms[term] = sum(each.map((of) => of[term]));
      return { dimension, used, terms, difference: used.minus(sum(Object.values(terms))) };
    });
}

function emptyTerms(): Terms {
  return {
    open: ZERO,
    sealed: ZERO,
    billed: ZERO,
    covered: ZERO,
    carried: ZERO,
    withheld: ZERO,
    rejected: ZERO,
    expired: ZERO,
    unconfirmed: ZERO,
  };
}
