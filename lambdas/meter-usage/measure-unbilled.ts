import pMap from 'p-map';
import { decimal, sum, type Decimal } from '../shared/domain/decimal';
import { hourEndMs, type HourKey } from '../shared/domain/hour';
import type { HourFields } from '../shared/domain/hourly-usage';
import type { About } from '../shared/runtime/metrics';
import type { DueHours, HourlyUsageReader } from '../shared/stores/hourly-usage';
import type { SubscriptionReader } from '../shared/stores/subscriptions';
import { measureHalts, type MeasureHaltsDeps } from './measure-halts';

export interface MeasureUnbilledDeps extends MeasureHaltsDeps {
  hourlyUsage: Pick<HourlyUsageReader, 'get' | 'dueHours'>;
  subscriptions: SubscriptionReader;
  graceMs: number;
}

/** Later than every due time. */
const END_OF_TIME_MS = Number.MAX_SAFE_INTEGER;
/** As many as one read may ask for. */
const CONCURRENCY = 100;
/**
 * After an outage there may be a million unfinished hours. All are counted; only so many of the oldest are remembered and read,
 * because more would take longer than the run has, and memory.
 */
const MAX_READ = 10_000;

/**
 * Measures what remains after a run: the number of open hours, the number that are over but not billed, the age of the
 * oldest of those, and for each dimension of a product the usage that waits for AWS's answer, by reason.
 *
 * The index `due` contains exactly the unfinished hours. This reads their keys, and the items only of hours that should
 * be finished by now, which are usually none.
 */
export async function measureUnbilled(deps: MeasureUnbilledDeps): Promise<void> {
  const { hourlyUsage, subscriptions, products, graceMs, clock, counters, logger } = deps;
  const nowMs = clock.now();
  const {
    unfinished,
    unbilled,
    oldest: read,
  } = await countUnfinished(
    await hourlyUsage.dueHours(END_OF_TIME_MS),
    ({ hour }) => hourEndMs(hour) + graceMs <= nowMs,
  );
  const [oldest] = read;
  counters.count('HoursOpen', unfinished);
  counters.count('HoursUnbilled', unbilled);
  counters.count('OldestUnbilledHourSeconds', oldest === undefined ? 0 : (nowMs - hourEndMs(oldest.hour)) / 1000);
  // Count zeros, so that charts have a point for every hour.
  for (const product of products.keys()) counters.count('HoursUnbilled', 0, { product });

  const known = await subscriptions.getMany([...new Set(read.map(({ subscriptionId }) => subscriptionId))]);
  for (const { subscriptionId } of read)
    counters.count('HoursUnbilled', 1, { product: known.get(subscriptionId)?.productCode ?? 'unknown' });

  const unread = unbilled - read.length;
  if (unread > 0) {
    counters.count('HoursUnbilled', unread, { product: 'unknown' });
    logger.warn('Too many hours to add up', { messageCode: 'UNITS_WAITING_NOT_ADDED_UP', hours: unread });
  }
  const hours = await pMap(read, (hourKey) => hourlyUsage.get(hourKey), { concurrency: CONCURRENCY });
  const isAbove = (hour: HourFields | undefined) => hour?.state === 'open' && hour.held === 'aboveMaximum';
  counters.count('HoursAboveMaximum', hours.filter(isAbove).length);
  const sealed = hours.filter((hour) => hour?.state === 'sealed');
  await measureHalts(sealed, deps);
  const waiting = new Map<string, { about: About; quantities: Decimal[] }>();
  for (const { record, lastReason: reason } of sealed) {
    const about = { product: record.productCode, dimension: record.dimension };
    const abouts: About[] = reason === undefined ? [about] : [about, { ...about, reason }];
    for (const each of abouts) {
      const key = JSON.stringify(each);
      const found = waiting.get(key) ?? { about: each, quantities: [] };
      found.quantities.push(decimal(record.quantity));
      waiting.set(key, found);
    }
  }
  for (const { about, quantities } of waiting.values())
    counters.count('UnitsWaiting', sum(quantities).toNumber(), about);
}

/** Counts the hours, and remembers the oldest of the unbilled ones. */
async function countUnfinished(
  hours: DueHours,
  isUnbilled: (hourKey: HourKey) => boolean,
): Promise<{ unfinished: number; unbilled: number; oldest: HourKey[] }> {
  const counts = { unfinished: 0, unbilled: 0 };
  let oldest: HourKey[] = [];
  for (let taken = await hours.take(MAX_READ); taken.length > 0; taken = await hours.take(MAX_READ)) {
    const unbilled = taken.filter(isUnbilled);
    counts.unfinished += taken.length;
    counts.unbilled += unbilled.length;
    oldest = [...oldest, ...unbilled].sort((a, b) => (a.hour < b.hour ? -1 : 1)).slice(0, MAX_READ);
  }
  return { ...counts, oldest };
}
