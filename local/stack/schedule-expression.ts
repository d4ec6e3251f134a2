import { CronExpressionParser } from 'cron-parser';

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** When a schedule fires, in epoch milliseconds. A rate counts from `startedAtMs`. */
export interface Schedule {
  /** Strictly after `nowMs`. */
  next(nowMs: number, startedAtMs: number): number;
  /** At `nowMs` or before. */
  last(nowMs: number, startedAtMs: number): number;
}

/** @throws Error for an expression that is neither `rate(…)` nor a `cron(…)` that EventBridge accepts. */
export function parseSchedule(expression: string): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate !== null) {
    const periodMs = Number(rate[1]) * (UNIT_MS[rate[2] ?? ''] ?? NaN);
    const last = (nowMs: number, startedAtMs: number) =>
      startedAtMs + Math.floor((nowMs - startedAtMs) / periodMs) * periodMs;
    return { last, next: (nowMs, startedAtMs) => last(nowMs, startedAtMs) + periodMs };
  }
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  if (cron === null) throw new Error(`Write the schedule "${expression}" as rate(…) or as cron(…) with six fields.`);
  const [, minute, hour, dayOfMonth, month, dayOfWeek = '', year] = cron;
  if (year !== '*' || /W/.test(dayOfMonth ?? '')) {
    throw new Error(`The schedule "${expression}" uses a year or "W", which the local stack does not support.`);
  }
  // EventBridge numbers the days of the week from 1 (Sunday), cron from 0.
  const cronDayOfWeek = dayOfWeek.replaceAll(/(?<![#\d])\d(?!\d)/g, (day) => String(Number(day) - 1));
  const fields = ['0', minute, hour, dayOfMonth, month, cronDayOfWeek].join(' ');
  const from = (ms: number) => CronExpressionParser.parse(fields, { currentDate: new Date(ms), tz: 'UTC' });
  return {
    next: (nowMs) => from(nowMs).next().getTime(),
    last: (nowMs) =>
      from((Math.floor(nowMs / 1000) + 1) * 1000)
        .prev()
        .getTime(),
  };
}
