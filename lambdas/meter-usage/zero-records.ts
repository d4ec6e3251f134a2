import pMap from 'p-map';
import type { Product } from '../shared/contract/seller-configuration';
import { hourEndMs, hourOf, nextHour, type Hour, type HourKey } from '../shared/domain/hour';
import { zeroHourAfter, zeroRecordDimensions } from '../shared/domain/zero-records';
import type { Clock } from '../shared/runtime/clock';
import type { TableChange } from '../shared/runtime/table-changes';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { SealRequest } from '../shared/stores/hourly-usage-sealing';
import type { SubscriptionReader } from '../shared/stores/subscriptions';
import { eachChange } from './each-change';

export interface ZeroHourDeps {
  hourlyUsage: Pick<HourlyUsageStore, 'get'>;
  clock: Clock;
  graceMs: number;
}

/**
 * The hour to open together with the sealing of another, so that the chain of hours goes on although nobody uses
 * anything; undefined when one is open already, which will go on by itself.
 */
export async function zeroHourToOpen(
  { hour: sealed, ...key }: HourKey,
  { hourlyUsage, clock, graceMs }: ZeroHourDeps,
): Promise<SealRequest['zeroHour']> {
  const current = hourOf(clock.now());
  let hour = zeroHourAfter(sealed, clock.now());
  for (;;) {
    const found = await hourlyUsage.get({ ...key, hour });
    if (found === undefined) return { hour, dueAtMs: hourEndMs(hour) + graceMs };
    if (found.state === 'open') return undefined;
    // What is closed was closed by a run that saw to what comes after; if not, the current hour begins the chain anew.
    hour = hour < current ? current : nextHour(hour);
  }
}

export interface BeginZeroRecordsDeps extends ZeroHourDeps {
  subscriptions: SubscriptionReader;
  hourlyUsage: Pick<HourlyUsageStore, 'get' | 'open'>;
  products: ReadonlyMap<string, Product>;
  onFailure(error: unknown): void;
}

const CONCURRENCY = 10;

/**
 * Begins the chains of subscriptions that the stream says are active, or finds them begun.
 * @returns the sequence numbers of those to be delivered again.
 */
export async function beginZeroRecords(changes: readonly TableChange[], deps: BeginZeroRecordsDeps): Promise<string[]> {
  return eachChange(changes, (subscriptionId) => beginOf(subscriptionId, deps), deps.onFailure);
}

async function beginOf(subscriptionId: string, deps: BeginZeroRecordsDeps): Promise<void> {
  const { subscriptions, products, clock } = deps;
  const subscription = (await subscriptions.getMany([subscriptionId])).get(subscriptionId);
  const product = subscription && products.get(subscription.productCode);
  if (subscription?.state !== 'active' || product === undefined) return;
  const hour = hourOf(clock.now());
  await pMap(zeroRecordDimensions(product), (dimension) => openFrom({ subscriptionId, dimension, hour }, deps), {
    concurrency: CONCURRENCY,
  });
}

/** Opens the hour, or the first after it that is not closed: the end of an earlier life may have closed it early. */
async function openFrom(
  { hour: first, ...key }: HourKey,
  { hourlyUsage, graceMs }: BeginZeroRecordsDeps,
): Promise<void> {
  for (let hour: Hour = first; ; hour = nextHour(hour)) {
    const found = await hourlyUsage.get({ ...key, hour });
    if (found?.state === 'open') return;
    if (found === undefined && (await hourlyUsage.open({ ...key, hour }, hourEndMs(hour) + graceMs))) return;
  }
}
