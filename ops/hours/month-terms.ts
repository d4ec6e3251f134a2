import { sum, ZERO, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { Month } from '../arguments';
import type { Ops } from '../command';
import { hoursBetween } from '../stores/ledger-stores';
import { listSubscriptions } from '../stores/subscription-listing';
import { termsOf } from '../terms';
import { withUsed } from './counted-hours';

/** What became of all units of one dimension of one product in one hour: only such units can be added up. */
export interface HourTerms {
  productCode: string;
  dimension: string;
  hour: Hour;
  used: Decimal;
  covered: Decimal;
  billed: Decimal;
  /** Open or sealed. */
  waiting: Decimal;
  /** Added to the Balance minus taken from it. */
  carried: Decimal;
  /** Rejected, expired or unconfirmed. */
  lost: Decimal;
}

/** Every hour of a month, of all subscriptions, exactly. */
export async function monthTerms(
  { installation, terminal }: Pick<Ops, 'installation' | 'terminal'>,
  month: Month,
): Promise<HourTerms[]> {
  const subscriptions = [];
  for await (const subscription of listSubscriptions(installation)) subscriptions.push(subscription);
  const progress = terminal.progress('Subscriptions', subscriptions.length);
  const hours = new Map<string, HourTerms>();
  for (const { subscriptionId, productCode } of subscriptions) {
    for await (const stored of hoursBetween(installation, { subscriptionId, ...month })) {
      const hour = await withUsed(stored, installation);
      const { dimension, used } = hour;
      const key = JSON.stringify([productCode, dimension, hour.hour]);
      const { open, sealed, rejected, expired, unconfirmed, ...terms } = termsOf(hour);
      const parts = { ...terms, waiting: open.plus(sealed), lost: sum([rejected, expired, unconfirmed]) };
      const known = hours.get(key) ?? { productCode, dimension, hour: hour.hour, ...NOTHING };
      hours.set(key, added(known, { used, ...parts }));
    }
    progress.advance(1);
  }
  progress.stop();
  return [...hours.values()].sort((a, b) => (a.hour < b.hour ? -1 : 1));
}

type Quantities = Omit<HourTerms, 'productCode' | 'dimension' | 'hour'>;

const NOTHING: Quantities = { used: ZERO, covered: ZERO, billed: ZERO, waiting: ZERO, carried: ZERO, lost: ZERO };

/** A known sum with further quantities. */
function added<Sum extends Quantities>(known: Sum, more: Quantities): Sum {
  return {
    ...known,
    used: known.used.plus(more.used),
    covered: known.covered.plus(more.covered),
    billed: known.billed.plus(more.billed),
    waiting: known.waiting.plus(more.waiting),
    carried: known.carried.plus(more.carried),
    lost: known.lost.plus(more.lost),
  };
}

/** Sums by dimension and by a part of the hour: all of it, its day, or nothing for the whole time. */
export function termsBy(hours: readonly HourTerms[], timeOf: (hour: Hour) => string): (HourTerms & { time: string })[] {
  const sums = new Map<string, HourTerms & { time: string }>();
  for (const hour of hours) {
    const time = timeOf(hour.hour);
    const key = JSON.stringify([hour.productCode, hour.dimension, time]);
    const known = sums.get(key);
    sums.set(key, known === undefined ? { ...hour, time } : added(known, hour));
  }
  return [...sums.values()];
}
