import { hourEndMs, hourStartMs, type Hour } from '../../lambdas/shared/domain/hour';

/** A time to the second: `2026-07-14 09:30:05`. The heading or the sentence says that it is UTC. */
export function utcTime(time: number | string | undefined): string | undefined {
  if (time === undefined) return undefined;
  const ms = typeof time === 'number' ? time : Date.parse(time);
  // What is stored may be anything.
  return Number.isNaN(ms) ? String(time) : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

const DAY = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });

/** An hour in a sentence: `3 July 2026 between 14:00 and 15:00 UTC`. */
export function spokenHour(hour: Hour): string {
  const [start, end] = [hourStartMs(hour), hourEndMs(hour)].map((ms) => new Date(ms).toISOString().slice(11, 16));
  return `${DAY.format(hourStartMs(hour))} between ${start} and ${end} UTC`;
}
