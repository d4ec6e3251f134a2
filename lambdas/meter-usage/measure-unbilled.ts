import pMap from 'p-map';
import { PRODUCT_METRICS } from '../shared/contract/metrics';
import { decimal, sum } from '../shared/domain/decimal';
import { hourEndMs } from '../shared/domain/hour';
import type { SealedHour } from '../shared/domain/hourly-usage';
import type { HourlyUsageReader } from '../shared/stores/hourly-usage';
import type { SubscriptionReader } from '../shared/stores/subscriptions';
import { measureHalts, type MeasureHaltsDeps } from './measure-halts';

export interface MeasureUnbilledDeps extends MeasureHaltsDeps {
  hourlyUsage: Pick<HourlyUsageReader, 'get' | 'listDue'>;
  subscriptions: SubscriptionReader;
  graceMs: number;
}

/** Later than every due time. */
const END_OF_TIME_MS = Number.MAX_SAFE_INTEGER;
/** As many as one read may ask for. */
const CONCURRENCY = 100;
/** After an outage there may be many unfinished hours. Reading more of them would take longer than the run has. */
const MAX_READ = 10_000;

/**
 * Measures what remains after a run: the number of open hours, the number that are over but not billed, the age of the
 * oldest of those, and for each product the usage that waits for AWS's answer, by reason.
 *
 * The index `due` contains exactly the unfinished hours. This reads their keys, and the items only of hours that should
 * be finished by now, which are usually none.
 */
export async function measureUnbilled(deps: MeasureUnbilledDeps): Promise<void> {
  const { hourlyUsage, subscriptions, products, graceMs, clock, counters, logger } = deps;
  const nowMs = clock.now();
  const unfinished = await hourlyUsage.listDue(END_OF_TIME_MS);
  const unbilled = unfinished
    .filter(({ hour }) => hourEndMs(hour) + graceMs <= nowMs)
    .sort((a, b) => (a.hour < b.hour ? -1 : 1));
  const [oldest] = unbilled;
  counters.count('HoursOpen', unfinished.length);
  counters.count('HoursUnbilled', unbilled.length);
  counters.count('OldestUnbilledHourSeconds', oldest === undefined ? 0 : (nowMs - hourEndMs(oldest.hour)) / 1000);
  // Count zeros, so that charts have a point for every hour.
  for (const product of products.keys()) for (const name of PRODUCT_METRICS) counters.count(name, 0, { product });

  const known = await subscriptions.getMany([...new Set(unbilled.map(({ subscriptionId }) => subscriptionId))]);
  for (const { subscriptionId } of unbilled)
    counters.count('HoursUnbilled', 1, { product: known.get(subscriptionId)?.productCode ?? 'unknown' });

  const unread = unbilled.length - MAX_READ;
  if (unread > 0) logger.warn('Too many hours to add up', { messageCode: 'UNITS_WAITING_NOT_ADDED_UP', hours: unread });
  const hours = await pMap(unbilled.slice(0, MAX_READ), (hourKey) => hourlyUsage.get(hourKey), {
    concurrency: CONCURRENCY,
  });
  const sealed = hours.filter((hour) => hour?.state === 'sealed');
  await measureHalts(sealed, deps);
  const waiting = Map.groupBy(sealed, ({ record }) => record.productCode);
  for (const [product, its] of waiting) {
    counters.count('UnitsWaiting', unitsOf(its), { product });
    const byReason = Map.groupBy(its, ({ lastReason }) => lastReason);
    for (const [reason, refused] of byReason)
      if (reason !== undefined) counters.count('UnitsWaiting', unitsOf(refused), { product, reason });
  }
}

/** The exact sum of the quantities, as the number that a metric takes. */
function unitsOf(hours: readonly SealedHour[]): number {
  return sum(hours.map(({ record }) => decimal(record.quantity))).toNumber();
}
