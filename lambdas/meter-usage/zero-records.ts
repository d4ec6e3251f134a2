import pMap from 'p-map';
import type { Product } from '../shared/contract/seller-configuration';
import { hourEndMs, hourOf, nextHour, type Hour, type HourKey } from '../shared/domain/hour';
import { zeroHourAfter, zeroRecordDimensions } from '../shared/domain/zero-records';
import type { Clock } from '../shared/runtime/ports';
import { eachChange, type TableChange } from '../shared/runtime/table-changes';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { SealRequest } from '../shared/stores/hourly-usage-sealing';
import type { SubscriptionReader } from '../shared/stores/subscriptions';

export interface ZeroHourDeps {
  hourlyUsage: Pick<HourlyUsageStore, 'get'>;
  clock: Clock;
  graceMs: number;
}

/**
 * The hour to open together with the sealing of another, so that the chain of hours continues without usage. Undefined
 * when a later hour is open already, because its sealing continues the chain.
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
    // The run that closed this hour opened the next one. If it did not, the chain starts again at the current hour.
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
 * Starts the chains of subscriptions that became active; idempotent.
 * @returns the sequence numbers of the changes to deliver again.
 */
export async function beginZeroRecords(changes: readonly TableChange[], deps: BeginZeroRecordsDeps): Promise<string[]> {
  return eachChange(changes, (subscriptionId) => beginChains(subscriptionId, deps), deps.onFailure);
}

async function beginChains(subscriptionId: string, deps: BeginZeroRecordsDeps): Promise<void> {
  const { subscriptions, products, clock } = deps;
  const subscription = (await subscriptions.getMany([subscriptionId])).get(subscriptionId);
  const product = subscription && products.get(subscription.productCode);
  if (subscription?.state !== 'active' || product === undefined) return;
  const hour = hourOf(clock.now());
  await pMap(zeroRecordDimensions(product), (dimension) => openFrom({ subscriptionId, dimension, hour }, deps), {
    concurrency: CONCURRENCY,
  });
}

/** Opens the first hour from `hour` on that is not closed: an earlier end may have closed hours that are not over. */
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
