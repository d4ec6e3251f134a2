import pMap from 'p-map';
import { PRODUCT_METRICS } from '../shared/contract/metrics';
import type { Product } from '../shared/contract/seller-configuration';
import { hourEndMs } from '../shared/domain/hour';
import type { Clock } from '../shared/runtime/clock';
import type { Log } from '../shared/runtime/logger';
import type { Counters } from '../shared/runtime/metrics';
import type { HourlyUsageReader } from '../shared/stores/hourly-usage';
import type { SubscriptionReader } from '../shared/stores/subscriptions';

export interface MeasureUnbilledDeps {
  hourlyUsage: Pick<HourlyUsageReader, 'get' | 'listDue'>;
  subscriptions: SubscriptionReader;
  products: ReadonlyMap<string, Product>;
  graceMs: number;
  clock: Clock;
  counters: Counters<'meter-usage'>;
  logger: Pick<Log, 'warn'>;
}

/** Every unfinished hour is due by then. */
const END_OF_TIME_MS = Number.MAX_SAFE_INTEGER;
const CONCURRENCY = 25;
/** An outage leaves many hours; to read more of them one by one would take the run's last seconds. */
const MAX_READ = 10_000;

/**
 * Measures what a run leaves: how many hours are open, how many of them are over and still not billed, how old the oldest
 * of those is, and of each product how much usage waits for AWS's answer and why.
 *
 * The index of what is due holds exactly the unfinished hours, so that this reads their keys, and the items of those
 * that should be finished by now: none, mostly.
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
  // Zeros are data: what was neither used nor billed in an hour is a point on the finance person's chart.
  for (const product of products.keys()) for (const name of PRODUCT_METRICS) counters.count(name, 0, { product });

  const known = await subscriptions.getMany([...new Set(unbilled.map(({ subscriptionId }) => subscriptionId))]);
  for (const { subscriptionId } of unbilled)
    counters.count('HoursUnbilled', 1, { product: known.get(subscriptionId)?.productCode ?? 'unknown' });

  const left = unbilled.length - MAX_READ;
  if (left > 0) logger.warn('Too many to add up', { messageCode: 'UNITS_WAITING_NOT_ADDED_UP', hours: left });
  await pMap(
    unbilled.slice(0, MAX_READ),
    async (hourKey) => {
      const hour = await hourlyUsage.get(hourKey);
      if (hour?.state !== 'sealed') return;
      const { productCode: product, quantity } = hour.record;
      counters.count('UnitsWaiting', quantity, { product });
      if (hour.lastReason !== undefined) counters.count('UnitsWaiting', quantity, { product, reason: hour.lastReason });
    },
    { concurrency: CONCURRENCY },
  );
}
