import { decimalText, sum, ZERO, type Decimal } from './decimal';
import type { CheckedAmounts, Entitlements } from './entitlements';
import { hourEndMs, hourStartMs, type Hour } from './hour';

/** The amount of a dimension that a contract gave in an hour. */
export interface GivenAmount {
  /** `CheckedAmounts.since` of the check that listed it; orders amounts in time. */
  since: string;
  amount: Decimal;
}

/** More changes than this are not expected while usage can still arrive late. The oldest are merged then. */
const MAX_KEPT = 24;
/** The item also holds the current entitlements, and DynamoDB limits an item to 400 KB. */
const MAX_KEPT_CHARACTERS = 100_000;

/** The history with one more check. A check that lists the same amounts again extends the last entry. */
export function historyAfter(before: Entitlements | undefined, checked: Entitlements): CheckedAmounts[] {
  const known = before === undefined ? [] : [...historyOf(before)];
  const newest = { ...amountsOf(checked), until: checked.checkedAt };
  const last = known.at(-1);
  if (last === undefined) return [newest];
  if (isSameAmounts(last, newest)) return [...known.slice(0, -1), { ...last, until: newest.until }];
  return shortened([...known, { ...newest, since: newest.since > last.since ? newest.since : last.since }]);
}

/** Entitlements stored without a history count as one check. */
export function historyOf(entitlements: Entitlements): readonly CheckedAmounts[] {
  return entitlements.history ?? [{ ...amountsOf(entitlements), until: entitlements.checkedAt }];
}

/**
 * The largest amount that a contract gave, or may have given, in an hour. Nobody knows when an amount changed between
 * two checks, and usage that the old amount may have covered is never billed. The amounts of the first check count from
 * the beginning, because nothing earlier is known.
 *
 * ```text
 * checks      100   100 │      40    40        hour 1: 100   hour 2: 100 (may have lasted)   hour 3: 40
 * hours     ├──── 1 ────┼──── 2 ────┼──── 3
 * ```
 */
export function givenIn(hour: Hour, { history, dimension }: { history: readonly CheckedAmounts[]; dimension: string }) {
  let given: GivenAmount = { since: '', amount: ZERO };
  for (const [index, { since, amounts }] of history.entries()) {
    const before = history[index - 1];
    const after = history[index + 1];
    const mayHaveBegun = before === undefined || Date.parse(before.until) < hourEndMs(hour);
    const mayHaveLasted = after === undefined || Date.parse(after.since) > hourStartMs(hour);
    const amount = amounts.get(dimension) ?? ZERO;
    if (mayHaveBegun && mayHaveLasted && amount.gt(given.amount)) given = { since, amount };
  }
  return given;
}

function amountsOf({ entitlements, checkedAt, answeredAt = checkedAt }: Entitlements) {
  const numbers = entitlements.flatMap(({ dimension, value }) =>
    'amount' in value ? [{ dimension, amount: value.amount }] : [],
  );
  const byDimension = Map.groupBy(numbers, ({ dimension }) => dimension);
  const amounts = new Map([...byDimension].map(([name, its]) => [name, sum(its.map(({ amount }) => amount))]));
  const others = entitlements.filter(({ value }) => !('amount' in value)).map(({ dimension }) => dimension);
  const notNumeric = [...new Set(others)].sort();
  return { since: answeredAt, amounts, ...(notNumeric.length > 0 && { notNumeric }) };
}

function isSameAmounts(a: CheckedAmounts, b: CheckedAmounts): boolean {
  const sameNumbers = [...a.amounts].every(([dimension, amount]) => b.amounts.get(dimension)?.eq(amount));
  return a.amounts.size === b.amounts.size && sameNumbers && String(a.notNumeric ?? []) === String(b.notNumeric ?? []);
}

/**
 * The checks that say how much a dimension gave; undefined while its entitlement is no number, or was none whenever AWS
 * listed it. What AWS lists afterwards counts for the time before, as the first check does.
 */
export function numericHistory(
  history: readonly CheckedAmounts[],
  dimension: string,
): readonly CheckedAmounts[] | undefined {
  const isUnknown = ({ notNumeric = [] }: CheckedAmounts) => notNumeric.includes(dimension);
  const known = history.filter((checked) => !isUnknown(checked));
  const last = history.at(-1);
  if (known.length === history.length) return history;
  if (last !== undefined && isUnknown(last)) return undefined;
  return known.some(({ amounts }) => amounts.has(dimension)) ? known : undefined;
}

/** Merges the two oldest checks into one with the larger amount of each dimension, so that it never gives less. */
function shortened(history: readonly CheckedAmounts[]): CheckedAmounts[] {
  const kept = [...history];
  while (kept.length > 2 && (kept.length > MAX_KEPT || charactersOf(kept) > MAX_KEPT_CHARACTERS)) {
    kept.unshift(kept.splice(0, 2).reduce(together));
  }
  return kept;
}

function together(older: CheckedAmounts, newer: CheckedAmounts): CheckedAmounts {
  const amounts = new Map(older.amounts);
  for (const [dimension, amount] of newer.amounts) {
    if (amount.gt(amounts.get(dimension) ?? ZERO)) amounts.set(dimension, amount);
  }
  const notNumeric = [...new Set([...(older.notNumeric ?? []), ...(newer.notNumeric ?? [])])].sort();
  return { since: older.since, until: newer.until, amounts, ...(notNumeric.length > 0 && { notNumeric }) };
}

const charactersOf = (history: readonly CheckedAmounts[]) =>
  history.reduce(
    (total, { amounts }) =>
      [...amounts].reduce((size, [name, amount]) => size + name.length + decimalText(amount).length, total),
    0,
  );
