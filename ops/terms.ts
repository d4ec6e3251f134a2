import { decimal, sum, ZERO, type Decimal } from '../lambdas/shared/domain/decimal';
import type { HourFields, HourState } from '../lambdas/shared/domain/hourly-usage';

/**
 * The terms of the promise that stand in the ledger. `pending` does not: it is what no tally holds yet.
 *
 * `carried` is net: what hours gave to the Balance less what they took out of it. Of some hours it may be negative; of
 * all hours of a dimension it is the Balance.
 */
export const TERMS = [
  'open',
  'sealed',
  'billed',
  'covered',
  'carried',
  'rejected',
  'expired',
  'unconfirmed',
] as const satisfies readonly HourState[];
export type Term = (typeof TERMS)[number];
export type Terms = Record<Term, Decimal>;

/** An hour with what was used in it: its own `used`, or of an open one what its tallies come to. */
export type CountedHour = HourFields & { used: Decimal };

/** Where the usage of one hour is. */
export function termsOf(hour: CountedHour): Terms {
  const { state, record, used, carriedIn = ZERO, carriedOut = ZERO, coveredQuantity = ZERO } = hour;
  const { expiredQuantity = ZERO, carriedQuantity = ZERO } = hour;
  const terms = emptyTerms();
  if (state === 'open') return { ...terms, open: used };
  const net = { ...terms, carried: carriedOut.minus(carriedIn), covered: coveredQuantity };
  if (state === 'carried') return { ...net, carried: net.carried.plus(carriedQuantity) };
  if (state === 'covered') return net;
  const own = record === undefined ? expiredQuantity : decimal(record.quantity);
  return { ...net, [state]: own };
}

export interface DimensionTotals {
  dimension: string;
  used: Decimal;
  terms: Terms;
  /** Used less the sum of the terms: 0, or the promise is broken. */
  difference: Decimal;
}

/** The sums of hours by dimension, and the check that every unit is in one term. */
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
    rejected: ZERO,
    expired: ZERO,
    unconfirmed: ZERO,
  };
}
