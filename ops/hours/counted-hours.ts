import { decimalText, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import { totalOf } from '../../lambdas/shared/domain/usage-tally';
import { readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import type { Month } from '../arguments';
import type { Ops } from '../command';
import type { Installation } from '../installation/installation';
import { hoursBetween, ledgerStores } from '../stores/ledger-stores';
import { totalsOf, type CountedHour, type DimensionTotals } from '../terms';

export interface CountedHours {
  /** The oldest first. */
  hours: CountedHour[];
  totals: CheckedTotals[];
}

/** A subscription's hours, of a month or all, with the check that every unit is in exactly one term. */
export async function countedHours(
  { installation, terminal }: Pick<Ops, 'installation' | 'terminal'>,
  { id, month }: { id: string; month: Month | undefined },
): Promise<CountedHours> {
  const progress = terminal.progress('Hours', 0);
  const hours: CountedHour[] = [];
  for await (const hour of hoursBetween(installation, { subscriptionId: id, ...month })) {
    hours.push(await withUsed(hour, installation));
    progress.advance(1, hours.length);
  }
  progress.stop();
  hours.reverse();
  return { hours, totals: await checked(totalsOf(hours), { installation, id, whole: month === undefined }) };
}

/** The usage of an open hour is the sum of its tallies. If the hour was sealed meanwhile, its own `used` counts. */
async function withUsed(hour: HourFields, installation: Installation): Promise<CountedHour> {
  if (hour.used !== undefined) return { ...hour, used: hour.used };
  const folded = await readFoldedHour(hour, ledgerStores(installation));
  const current: HourFields = folded?.hour ?? hour;
  return { ...current, used: current.used ?? totalOf(folded?.fold ?? new Map()) };
}

export type CheckedTotals = DimensionTotals & { balance?: Decimal; problem?: string };

/** Over all hours, `carried` must equal the Balance. */
async function checked(
  totals: DimensionTotals[],
  { installation, id, whole }: { installation: Installation; id: string; whole: boolean },
): Promise<CheckedTotals[]> {
  const balances = new Map(
    (await ledgerStores(installation).usage.listBalances(id)).map(({ dimension, amount }) => [dimension, amount]),
  );
  return totals.map((total) => {
    const balance = balances.get(total.dimension);
    const { carried } = total.terms;
    if (!total.difference.eq(0)) return { ...total, balance, problem: `off by ${decimalText(total.difference)}` };
    if (whole && !carried.eq(balance ?? 0))
      return { ...total, balance, problem: `the Balance holds ${balance ? decimalText(balance) : '0'}` };
    return { ...total, balance };
  });
}
