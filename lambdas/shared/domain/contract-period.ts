import type { ContractPeriodRule } from '../contract/seller-configuration';
import { hourOf, hourStartMs, laterOf, type Hour } from './hour';

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
