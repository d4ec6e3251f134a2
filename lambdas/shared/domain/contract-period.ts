import type { ContractPeriodRule } from '../contract/seller-configuration';
import { hourOf, hourStartMs, type Hour } from './hour';

/** From when until when (exclusive) what a contract gives can be used up; it begins anew with the next period. */
export interface ContractPeriod {
  from: Hour;
  until: Hour;
}

/**
 * The period that holds an hour. Every hour is in one period, whole: an anniversary begins with the hour of the
 * activation. Its day is that of the activation, or the last of a month that has no such day; the month after has it
 * again.
 *
 * ```text
 * activated 31 Jan 10:20, every month:   31 Jan 10h … 28 Feb 10h … 31 Mar 10h … 30 Apr 10h
 * ```
 *
 * @param hour - one before the activation belongs to the first period: a contract does not begin later than its use
 */
export function contractPeriodOf(
  hour: Hour,
  { rule, activationHour }: { rule: ContractPeriodRule; activationHour: Hour },
): ContractPeriod {
  const start = new Date(hourStartMs(activationHour));
  const atMs = Math.max(hourStartMs(hour), start.getTime());
  const at = new Date(atMs);
  if (rule.kind === 'calendarMonth') {
    const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
    return { from: hourOf(Date.UTC(year, month, 1)), until: hourOf(Date.UTC(year, month + 1, 1)) };
  }
  const elapsedMonths = monthNumber(at) - monthNumber(start);
  let periods = Math.floor(elapsedMonths / rule.months);
  // In the month of an anniversary, the part before its day and hour still belongs to the period before.
  if (monthsAfterMs(start, periods * rule.months) > atMs) periods -= 1;
  return {
    from: hourOf(monthsAfterMs(start, periods * rule.months)),
    until: hourOf(monthsAfterMs(start, (periods + 1) * rule.months)),
  };
}

const monthNumber = (time: Date) => time.getUTCFullYear() * 12 + time.getUTCMonth();

/** The same day and hour so many months later, or on the last day of a month that is shorter. */
function monthsAfterMs(start: Date, months: number): number {
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth() + months];
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(start.getUTCDate(), daysInMonth), start.getUTCHours());
}
