import type { ContractPeriodRule, Product } from '../contract/seller-configuration';
import { historyOf, numericHistory } from './entitlement-history';
import type { CheckedAmounts, Entitlements } from './entitlements';
import { type Hour, hourEndMs, hourOf, hourStartMs, laterOf } from './hour';
import type { Period } from './periods';

/** The contract that covers a dimension's usage: only the overage is metered. */
export interface Contract {
  rule: ContractPeriodRule;
  /** The hour of the activation. */
  activationHour: Hour;
  /** The dimension whose entitlement covers the usage. */
  entitlement: string;
  history: readonly CheckedAmounts[];
}

/** How the configuration covers usage of a dimension; undefined: all of it is metered. */
export function coverageRuleOf(
  { productCode, pricingModel, contractPeriod: rule, dimensions }: Product,
  dimension: string,
): { rule: ContractPeriodRule; entitlement: string } | undefined {
  if (pricingModel !== 'contractWithConsumption') return undefined;
  const entitlement = dimensions.find(({ apiName }) => apiName === dimension)?.coveredBy;
  if (entitlement === null) return undefined;
  // The configuration's schema rules this out. Without an answer, billing everything would be wrong.
  if (entitlement === undefined || rule === undefined) {
    throw new Error(
      `The configuration does not say what covers ${dimension} of ${productCode}: set contractPeriod and coveredBy.`,
    );
  }
  return { rule, entitlement };
}

interface ContractQuestion {
  dimension: string;
  hour: Hour;
  entitlements: Entitlements | undefined;
  /** ISO 8601 UTC; undefined while the subscription has no end. */
  endingAt: string | undefined;
  /** When the buyer was subscribed; absent: from the activation to the end. */
  periods?: readonly Period[];
}

/**
 * The contract that covers an hour; undefined when none does.
 *
 * The amount of an hour is certain once AWS was asked after the hour's end. Usage from before the activation is covered
 * like usage in the hour of the activation, because AWS lists no entitlements earlier. If the subscription ends, a check
 * after the end is enough: the last hour cannot wait longer. But it must not be the only check, because AWS lists
 * nothing after the end, whatever the contract gave, and nothing between two periods. A check shortly before the end may
 * have been after it, by AWS's clock.
 */
export function contractOf(
  { product, activatedAtMs }: { product: Product; activatedAtMs: number },
  { dimension, hour, entitlements, endingAt, periods }: ContractQuestion,
): Contract | 'entitlementsNotChecked' | 'entitlementNotNumeric' | undefined {
  const covered = coverageRuleOf(product, dimension);
  if (covered === undefined) return undefined;
  if (entitlements === undefined) return 'entitlementsNotChecked';
  const checkedAtMs = Date.parse(entitlements.checkedAt);
  const endMs = endingAt === undefined ? Infinity : Date.parse(endingAt);
  const activationHour = hourOf(activatedAtMs);
  const coveredIn = laterOf(hour, activationHour);
  if (checkedAtMs < hourEndMs(coveredIn) && checkedAtMs <= endMs) return 'entitlementsNotChecked';
  const life = periods ?? [{ from: new Date(activatedAtMs).toISOString(), until: endingAt }];
  const numeric = numericHistory(historyOf(entitlements), covered.entitlement);
  if (numeric === undefined) return 'entitlementNotNumeric';
  const history = toldInLife(numeric, { life, checkedAtMs });
  return history.length === 0 ? 'entitlementsNotChecked' : { ...covered, activationHour, history };
}

/** AWS's clock and ours may differ by this much. */
const CLOCKS_MS = 60_000;

/**
 * The checks that tell what the contract gave. If AWS was not asked in a period that is over, an empty list from outside
 * does not stand for it: what AWS listed in other periods counts instead, so that nothing is billed that they may cover.
 */
function toldInLife(
  history: readonly CheckedAmounts[],
  { life, checkedAtMs }: { life: readonly Period[]; checkedAtMs: number },
): readonly CheckedAmounts[] {
  const isOver = ({ until }: Period) => until !== undefined && checkedAtMs > Date.parse(until) - CLOCKS_MS;
  const tellsOf = (checked: CheckedAmounts, period: Period) =>
    isEmpty(checked) ? isWithin(checked, period) : mayBeWithin(checked, period);
  const isAsked = (period: Period) => history.some((checked) => tellsOf(checked, period));
  if (life.every((period) => !isOver(period) || isAsked(period))) return history;
  return history.filter((checked) => !isEmpty(checked) || life.some((period) => isWithin(checked, period)));
}

const isEmpty = ({ amounts, notNumeric = [] }: CheckedAmounts) => amounts.size === 0 && notNumeric.length === 0;

/** Whether AWS listed something in the period, as far as the clocks can tell. */
function mayBeWithin({ since, until }: CheckedAmounts, period: Period): boolean {
  const [fromMs, untilMs] = boundsOf(period, -CLOCKS_MS);
  return Date.parse(until) >= fromMs && Date.parse(since) <= untilMs;
}

/** Whether AWS was certainly asked in the period, when the list was new or when it was last the same. */
function isWithin({ since, until }: CheckedAmounts, period: Period): boolean {
  const [fromMs, untilMs] = boundsOf(period, CLOCKS_MS);
  return [since, until].some((time) => Date.parse(time) >= fromMs && Date.parse(time) <= untilMs);
}

function boundsOf({ from, until }: Period, marginMs: number): [fromMs: number, untilMs: number] {
  return [Date.parse(from) + marginMs, (until === undefined ? Infinity : Date.parse(until)) - marginMs];
}

/** The time in which a contract's amount can be used up; the next period starts with the full amount again. */
export interface ContractPeriod {
  from: Hour;
  /** Exclusive. */
  until: Hour;
}

/**
 * The period that contains an hour. Periods start on the hour, so that an hour never falls into two. An anniversary has
 * the day and hour of the activation; in a month without that day it falls on the last day.
 *
 * ```text
 * activated 31 Jan 10:20, every month:   31 Jan 10h … 28 Feb 10h … 31 Mar 10h … 30 Apr 10h
 * ```
 *
 * @param hour - an hour before the activation belongs to the first period
 */
export function contractPeriodOf(
  hour: Hour,
  { rule, activationHour }: { rule: ContractPeriodRule; activationHour: Hour },
): ContractPeriod {
  const start = new Date(hourStartMs(activationHour));
  const atMs = hourStartMs(laterOf(hour, activationHour));
  const at = new Date(atMs);
  if (rule.kind === 'calendarMonth') {
    const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
    return { from: hourOf(Date.UTC(year, month, 1)), until: hourOf(Date.UTC(year, month + 1, 1)) };
  }
  const elapsedMonths = monthNumber(at) - monthNumber(start);
  let periods = Math.floor(elapsedMonths / rule.months);
  // The part of the month before the anniversary still belongs to the previous period.
  if (monthsAfterMs(start, periods * rule.months) > atMs) periods -= 1;
  return {
    from: hourOf(monthsAfterMs(start, periods * rule.months)),
    until: hourOf(monthsAfterMs(start, (periods + 1) * rule.months)),
  };
}

const monthNumber = (time: Date) => time.getUTCFullYear() * 12 + time.getUTCMonth();

/** The same day and hour `months` later, or the last day of a month without that day. */
function monthsAfterMs(start: Date, months: number): number {
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth() + months];
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(start.getUTCDate(), daysInMonth), start.getUTCHours());
}
