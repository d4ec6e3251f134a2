import type { Contract } from './contract';
import { contractPeriodOf } from './contract-period';
import { ZERO, type Decimal } from './decimal';
import { givenIn, type GivenAmount } from './entitlement-history';
import type { Hour } from './hour';

/** What was used while the contract gave one amount; counted up to that amount, beyond which nothing is covered. */
export interface UsedOfAmount extends GivenAmount {
  used: Decimal;
}

export interface PeriodCoverage {
  /** What the contract has paid for. */
  covered: Decimal;
  /** In the order of time. */
  amounts: readonly UsedOfAmount[];
}

/** What a contract has covered of one dimension; it stands in the Balance. */
export interface Coverage {
  /** As it was when something was covered first: an older event that arrives later does not move the periods. */
  activationHour: Hour;
  /** By the first hour of the period. */
  periods: ReadonlyMap<Hour, PeriodCoverage>;
}

export interface Netting {
  /** How much of the usage the contract pays for. */
  coveredQuantity: Decimal;
  /** What stands in the Balance from now on; absent when that does not change. */
  coverage?: Coverage;
}

export const NOTHING_COVERED: Netting = { coveredQuantity: ZERO };

/**
 * Takes off what a contract covers: of each period's usage as much as the contract gives in it.
 *
 * Hours are sealed in any order, and usage arrives late. So it is reckoned what all usage sealed so far would have had
 * covered in the order of its use, and this usage gets what that is more than before: in the end the same is covered in
 * whatever order hours were sealed. An increase covers later use; after a reduction, what was covered stays so.
 *
 * @param usedByHour - by the hour it was used in, which for late usage is not the hour it is sealed in
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
    const hour = usedIn < activationHour ? activationHour : usedIn;
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

/** What a contract covers of usage in the order of time: of each amount what is left of it by then. */
function coveredInOrder(amounts: readonly UsedOfAmount[]): Decimal {
  return amounts.reduce((covered, { amount, used }) => least(covered.plus(used), most(covered, amount)), ZERO);
}

/** The usage added where it belongs in time; undefined when it cannot change what is covered. */
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
