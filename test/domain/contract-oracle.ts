/**
 * What a contract covers, worked out a second time in another way: in plain integers, minute by minute and hour by hour,
 * in the order of use. It shares nothing with `lambdas/shared/domain`.
 */
const HOUR_MINUTES = 60;

/** When AWS was asked, in minutes, and what it said. */
export interface Check {
  atMinute: number;
  amount: number;
}

/** The largest amount that may have been valid in an hour: at each moment the one of the check before or after. */
function possibleAmount(hour: number, checks: readonly Check[]): number {
  const sorted = [...checks].sort((a, b) => a.atMinute - b.atMinute);
  const amounts: number[] = [];
  for (let minute = 0; minute < HOUR_MINUTES; minute += 1) {
    const moment = hour * HOUR_MINUTES + minute + 0.5;
    const before = sorted.findLast(({ atMinute }) => atMinute < moment);
    const after = sorted.find(({ atMinute }) => atMinute > moment);
    amounts.push(before?.amount ?? 0, after?.amount ?? 0);
  }
  return Math.max(...amounts);
}

export interface UseOfHour {
  hour: number;
  /** Names the period the hour is in. */
  period: string;
  used: number;
}

/** What is covered of each period when every hour takes, in the order of time, what is left of its amount. */
export function coveredByPeriod(use: readonly UseOfHour[], checks: readonly Check[]): Map<string, number> {
  const covered = new Map<string, number>();
  for (const { hour, period, used } of [...use].sort((a, b) => a.hour - b.hour)) {
    const soFar = covered.get(period) ?? 0;
    covered.set(period, soFar + Math.min(used, Math.max(0, possibleAmount(hour, checks) - soFar)));
  }
  return covered;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeapYear = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** The anniversaries of `2024-02-29T10`, one after the other, each on the day of the first where the month has it. */
export function anniversaries(activationHour: string, months: number, count: number): string[] {
  const [year = 0, month = 0, day = 0] = activationHour.slice(0, 10).split('-').map(Number);
  const found: string[] = [];
  for (let [y, m, n] = [year, month, 0]; n < count; n += 1) {
    const days = m === 2 && isLeapYear(y) ? 29 : (MONTH_DAYS[m - 1] ?? 0);
    const date = [y, m, Math.min(day, days)].map((part) => String(part).padStart(2, '0')).join('-');
    found.push(`${date}${activationHour.slice(10)}`);
    for (let step = 0; step < months; step += 1) [y, m] = m === 12 ? [y + 1, 1] : [y, m + 1];
  }
  return found;
}
