import { type Contract, contractPeriodOf } from './contract';
import { ZERO, type Decimal } from './decimal';
import { givenIn, type GivenAmount } from './entitlement-history';
import { laterOf, type Hour } from './hour';

/** Usage while the contract gave one amount, counted up to that amount: beyond it nothing is covered. */
interface UsedOfAmount extends GivenAmount {
  used: Decimal;
}

interface PeriodCoverage {
  covered: Decimal;
  /** In order of time. */
  amounts: readonly UsedOfAmount[];
}

/** The usage of one dimension that a contract has covered; part of the Balance. */
export interface Coverage {
  /** Fixed at the first coverage: if an older licence event arrives later, the periods stay where they are. */
  activationHour: Hour;
  /** By the first hour of each period. */
  periods: ReadonlyMap<Hour, PeriodCoverage>;
}

export interface Netting {
  /** How much of the usage the contract covers. */
  coveredQuantity: Decimal;
  /** The Balance's new coverage; absent when it does not change. */
  coverage?: Coverage;
}

export const NOTHING_COVERED: Netting = { coveredQuantity: ZERO };

/**
 * Takes covered usage off: each period's usage up to the contract's amount.
 *
 * Hours are sealed in any order, and usage arrives late. This function therefore computes how much of all usage sealed
 * so far the contract covers in order of use, and covers the increase now. The total does not depend on the order of
 * sealing. A larger amount covers later use. After a reduction, covered usage stays covered.
 *
 * @param usedByHour - by the hour of use, which differs from the hour of sealing for late usage
 */
export function netUsage(
  usedByHour: ReadonlyMap<Hour, Decimal>,
  { contract, coverage }: { contract: Contract; coverage: Coverage | undefined },
): Netting {
  const activationHour = coverage?.activationHour ?? contract.activationHour;
  const periods = new Map(coverage?.periods);
  let { coveredQuantity } = NOTHING_COVERED;
  let changed = false;
  for (const [usedIn, used] of usedByHour) {
    const hour = laterOf(usedIn, activationHour);
    const given = givenIn(hour, { history: contract.history, dimension: contract.entitlement });
    const { from } = contractPeriodOf(hour, { rule: contract.rule, activationHour });
    const before = periods.get(from) ?? { covered: ZERO, amounts: [] };
    const amounts = withUsed(before.amounts, given, used);
    if (amounts === undefined) continue;
    const covered = between(before.covered, coveredInOrder(amounts), before.covered.plus(used));
    periods.set(from, { covered, amounts });
    coveredQuantity = coveredQuantity.plus(covered.minus(before.covered));
    changed = true;
  }
  return { coveredQuantity, ...(changed && { coverage: { activationHour, periods } }) };
}

/** The usage covered in order of time: each amount covers as much as earlier usage has not consumed of it. */
function coveredInOrder(amounts: readonly UsedOfAmount[]): Decimal {
  return amounts.reduce((covered, { amount, used }) => least(covered.plus(used), most(covered, amount)), ZERO);
}

/** The amounts with the usage added in order of time; undefined when it cannot change the coverage. */
function withUsed(
  amounts: readonly UsedOfAmount[],
  given: GivenAmount,
  used: Decimal,
): readonly UsedOfAmount[] | undefined {
  const known = amounts.find(({ since }) => since === given.since);
  const amount = most(given.amount, known?.amount ?? ZERO);
  const usedNow = least(amount, (known?.used ?? ZERO).plus(used));
  if (usedNow.eq(known?.used ?? ZERO)) return undefined;
  const others = amounts.filter((each) => each !== known);
  return [...others, { since: given.since, amount, used: usedNow }].sort((a, b) => (a.since < b.since ? -1 : 1));
}

const least = (a: Decimal, b: Decimal) => (a.lt(b) ? a : b);
const most = (a: Decimal, b: Decimal) => (a.gt(b) ? a : b);
const between = (low: Decimal, value: Decimal, high: Decimal) => least(most(low, value), high);
