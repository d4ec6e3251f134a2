import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;

/** `2015/03/16 09:00:00,4`: four activities in the hour that begins then. */
const row = z.object({
  time: z.string().regex(/^\d{4}\/\d{2}\/\d{2} \d{2}:00:00$/),
  count: z.coerce.number().int().nonnegative(),
});

const SERIES_FILE = new URL('../../data/github-hourly.csv', import.meta.url);

/**
 * Reads one week of the series.
 * @param monday - the first day of the week, such as `2015-03-16`
 * @returns activities by hour of the week, 0 to 167
 */
export function readWeek(monday: string): Map<number, number> {
  const rows = z.array(row).parse(parse(readFileSync(SERIES_FILE), { columns: true }));
  const startMs = Date.parse(`${monday}T00:00:00Z`);
  const week = new Map<number, number>();
  for (const { time, count } of rows) {
    const hour = (Date.parse(`${time.replaceAll('/', '-').replace(' ', 'T')}Z`) - startMs) / HOUR_MS;
    if (hour >= 0 && hour < WEEK_HOURS) week.set(hour, (week.get(hour) ?? 0) + count);
  }
  if (week.size === 0)
    throw new Error(`${SERIES_FILE.pathname} has no activity in the week of ${monday}. Choose another week.`);
  return week;
}
