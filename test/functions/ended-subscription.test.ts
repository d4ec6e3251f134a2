import { beforeEach, describe, expect, it } from 'vitest';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import { followSubscriptions } from '../../lambdas/meter-usage/follow-subscriptions';
import { aProduct } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { UsagePath } from './usage-path';

const ID = aSubscriptionId(1);
const ENDED_AT_MS = NOON_MS + 80 * MINUTE_MS;
const endingAt = new Date(ENDED_AT_MS).toISOString();

let path: UsagePath;

/** A Balance of 5, which the hour of 13:00 was opened to bill. */
beforeEach(async () => {
  const dimensions = [{ apiName: 'events', unit: 'event', quantities: 'whole' as const, zeroRecords: true }];
  path = new UsagePath({ product: aProduct({ dimensions }) });
  await path.deliver(aUsageEvent({ quantity: '2147483647' }), aUsageEvent({ quantity: '5' }));
  await path.meter();
  expect([Object.keys(path.hours), path.carried]).toEqual([['2026-03-10T12', '2026-03-10T13'], '5']);
});

describe('a subscription that has ended', () => {
  it('opens no further hour for a Balance, which AWS would never accept', async () => {
    path.givenSubscription({ state: 'ended', endingAt });
    await path.meter({ at: NOON_MS + 2 * HOUR_MS + 5 * MINUTE_MS });
    expect(path.hours).toMatchObject({ '2026-03-10T13': ['expired', undefined] });
    expect(Object.keys(path.hours)).toHaveLength(2);
    expect(path.carried).toBe('5');
  });

  it('opens no further hour for a Balance in the pass that ends it', async () => {
    path.givenSubscription({ state: 'ending', endingAt });
    path.clock.set(ENDED_AT_MS);
    await path.endings.open(ID, ENDED_AT_MS);
    path.clock.set(ENDED_AT_MS + 2 * HOUR_MS);
    await endSubscription(ID, path.meterDeps());
    expect(path.tables.subscription(ID).state).toBe('ended');
    expect(Object.keys(path.hours)).toHaveLength(2);
  });

  it('opens no hour for zero records when its activation is delivered late', async () => {
    path.givenSubscription({ state: 'ended', endingAt });
    path.clock.set(ENDED_AT_MS + 3 * HOUR_MS);
    const activation = { sequenceNumber: '1', newImage: { subscriptionId: ID, state: 'active' } };
    await expect(followSubscriptions([activation], path.meterDeps())).resolves.toEqual([]);
    expect(Object.keys(path.hours)).toHaveLength(2);
  });
});
