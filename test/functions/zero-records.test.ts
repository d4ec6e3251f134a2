import { beforeEach, describe, expect, it } from 'vitest';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import { followSubscriptions } from '../../lambdas/meter-usage/follow-subscriptions';
import { aProduct, aWholeProduct } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { crashingAfter } from '../fakes/crashing-stores';
import { ScriptedMeteringGateway } from '../fakes/scripted-metering-gateway';
import { ContractPath } from './contract-path';
import { UsagePath } from './usage-path';

const DIMENSIONS = [
  { apiName: 'events', unit: 'event', zeroRecords: true },
  { apiName: 'compute_hours', unit: 'hour' },
];

let path: UsagePath;
let gateway: ScriptedMeteringGateway;

beforeEach(() => {
  gateway = new ScriptedMeteringGateway();
  path = new UsagePath({ gateway, product: aProduct({ dimensions: DIMENSIONS }) });
});

const sent = () => gateway.calls.flat().map(({ timestampSeconds, quantity }) => [hourAt(timestampSeconds), quantity]);
const hourAt = (seconds: number) => new Date(seconds * 1000).toISOString().slice(8, 13);

/** A change of the subscription, as the stream of the Subscriptions table delivers it. */
async function subscriptionChanged(state = 'active'): Promise<string[]> {
  const newImage = { subscriptionId: aSubscriptionId(1), state };
  return followSubscriptions([{ sequenceNumber: '1', newImage }], path.meterDeps());
}

/** Runs metering after each of so many hours from 12:00 on. */
async function meterHours(count: number, firstHour = 1): Promise<void> {
  for (let hour = firstHour; hour < firstHour + count; hour += 1) {
    await path.meter({ at: NOON_MS + hour * HOUR_MS + 5 * MINUTE_MS });
  }
}

describe('zero records', () => {
  it('sends a zero record for every closed hour from the activation on, in dimensions with zeroRecords', async () => {
    await subscriptionChanged();
    await meterHours(3);
    expect(sent()).toEqual([
      ['10T12', '0'],
      ['10T13', '0'],
      ['10T14', '0'],
    ]);
    expect(gateway.calls.flat().every(({ dimension }) => dimension === 'events')).toBe(true);
    expect(path.hours).toMatchObject({ '2026-03-10T14': ['billed', '0'], '2026-03-10T15': ['open', undefined] });
  });

  it('sends usage in place of a zero record, and carries a fraction of a unit', async () => {
    path.products.forEach((product, code) => path.products.set(code, aWholeProduct(product)));
    await subscriptionChanged();
    await path.deliver(aUsageEvent({ quantity: '2.75' }));
    await path.deliver(aUsageEvent({ quantity: '0.125', timeMs: NOON_MS + HOUR_MS }));
    await path.deliver(aUsageEvent({ quantity: '0.125', timeMs: NOON_MS + 2 * HOUR_MS }));
    await meterHours(3);
    expect(sent()).toEqual([
      ['10T12', '2'],
      ['10T13', '0'],
      ['10T14', '1'],
    ]);
    expect(path.carried).toBe('0');
  });

  it('opens only the next hour, which usage may have opened already', async () => {
    await subscriptionChanged();
    await path.deliver(aUsageEvent({ timeMs: NOON_MS + HOUR_MS }));
    await meterHours(1);
    expect(Object.keys(path.hours)).toEqual(['2026-03-10T12', '2026-03-10T13']);
  });

  it('sends no zero record before the hour is closed, and moves late usage to the next hour', async () => {
    await subscriptionChanged();
    await path.meter({ at: NOON_MS + HOUR_MS });
    expect(sent()).toEqual([]);
    await meterHours(1);
    await path.deliver(aUsageEvent({ quantity: '4' }));
    await meterHours(1, 2);
    expect(sent()).toEqual([
      ['10T12', '0'],
      ['10T13', '4'],
    ]);
  });

  it('sends one zero record an hour, however often the subscription changes and runs overlap', async () => {
    await subscriptionChanged();
    await subscriptionChanged();
    for (let hour = 1; hour <= 4; hour += 1) {
      const at = NOON_MS + hour * HOUR_MS + 5 * MINUTE_MS;
      await Promise.all([path.meter({ at }), path.meter({ at }), subscriptionChanged()]);
    }
    expect(sent().map(([hour]) => hour)).toEqual(['10T12', '10T13', '10T14', '10T15']);
  });

  it('continues zero records when a Balance opens the same hour', async () => {
    await path.deliver(...Array.from({ length: 5 }, () => aUsageEvent({ quantity: '2147483647' })));
    await meterHours(2);
    expect(sent()).toEqual([
      ['10T12', '9999999999.999999'],
      ['10T13', '737418235.000001'],
    ]);
    expect(path.hours).toMatchObject({ '2026-03-10T14': ['open', undefined] });
  });

  it('starts zero records that are turned on later with the next usage or change of the subscription', async () => {
    path.products.forEach((product) => Object.assign(product, { dimensions: aProduct().dimensions }));
    await subscriptionChanged();
    expect(path.hours).toEqual({});
    path.products.forEach((product) => Object.assign(product, { dimensions: DIMENSIONS }));
    await meterHours(1);
    expect(sent()).toEqual([]);
    await path.deliver(aUsageEvent({ quantity: '1', timeMs: NOON_MS + HOUR_MS }));
    await meterHours(2, 2);
    expect(sent()).toEqual([
      ['10T13', '1'],
      ['10T14', '0'],
    ]);
  });

  it('stops zero records when they are turned off', async () => {
    await subscriptionChanged();
    await meterHours(1);
    path.products.forEach((product) => Object.assign(product, { dimensions: aProduct().dimensions }));
    await meterHours(2, 2);
    expect(sent()).toEqual([['10T12', '0']]);
    expect(await path.hourlyUsage.listDue(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('sends the zero record of the last hour of a month in time', async () => {
    path.clock.set(Date.parse('2026-03-31T23:30:00Z'));
    await subscriptionChanged();
    await path.meter({ at: Date.parse('2026-04-01T00:05:00Z') });
    await path.meter({ at: Date.parse('2026-04-01T01:05:00Z') });
    expect(sent()).toEqual([
      ['31T23', '0'],
      ['01T00', '0'],
    ]);
  });

  it('skips the hours that AWS no longer accepts after a long outage', async () => {
    await subscriptionChanged();
    const at = NOON_MS + 100 * HOUR_MS;
    for (let run = 0; run < 30; run += 1) await path.meter({ at: at + run * 5 * MINUTE_MS });
    expect(path.hours).toMatchObject({ '2026-03-10T12': ['carried', undefined], '2026-03-13T18': ['billed', '0'] });
    expect(path.hours).not.toHaveProperty('2026-03-10T13');
    expect(path.hours).toMatchObject({ '2026-03-14T15': ['billed', '0'] });
  });

  it('sends a zero record for an hour that a contract covers', async () => {
    const netted = new ContractPath({
      dimensions: [{ apiName: 'events', unit: 'event', coveredBy: 'events_included', zeroRecords: true }],
    });
    await netted.check(NOON_MS, '10');
    await netted.deliver(aUsageEvent({ quantity: '4' }));
    await netted.check(NOON_MS + HOUR_MS, '10');
    await netted.meter();
    expect(netted.endsOf()).toMatchObject({
      '2026-03-10T12': ['billed', '0', '4', '0'],
      '2026-03-10T13': ['open', '0', '0', '0'],
    });
  });
});

describe('the end of zero records', () => {
  const ENDED_AT_MS = NOON_MS + 100 * MINUTE_MS;

  async function givenEnded(): Promise<void> {
    await subscriptionChanged();
    await meterHours(1);
    path.givenSubscription({ state: 'ending', endingAt: new Date(ENDED_AT_MS).toISOString() });
    for (const minutes of [1, 5, 60]) {
      path.clock.set(ENDED_AT_MS + minutes * MINUTE_MS);
      await endSubscription(aSubscriptionId(1), path.meterDeps());
    }
  }

  it('sends no zero record for the unfinished hour of a subscription that ends', async () => {
    await givenEnded();
    await meterHours(3, 3);
    expect(sent()).toEqual([['10T12', '0']]);
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '0'], '2026-03-10T13': ['carried', undefined] });
    expect(path.counters.counts['UnitsClosed.expired'] ?? 0).toBe(0);
  });

  it('resumes zero records from the first open hour on when the buyer comes back', async () => {
    await givenEnded();
    path.givenSubscription({ state: 'active' });
    path.clock.set(NOON_MS + 110 * MINUTE_MS);
    await subscriptionChanged();
    expect(path.hours).toMatchObject({ '2026-03-10T14': ['open', undefined] });
    await meterHours(1, 3);
    expect(sent()).toEqual([
      ['10T12', '0'],
      ['10T14', '0'],
    ]);
  });

  it('opens no hour for a subscription that is not active', async () => {
    path.givenSubscription({ state: 'pending', activatedAt: undefined });
    await subscriptionChanged();
    expect(path.hours).toEqual({});
  });
});

describe('zero records after a crash', () => {
  it('leaves no gap in the zero records after a crash at any call of the store', async () => {
    let crashes = 0;
    for (let crashed = true; crashed; crashes += 1) {
      gateway = new ScriptedMeteringGateway();
      path = new UsagePath({ gateway, product: aProduct({ dimensions: DIMENSIONS }) });
      const { stores, hasCrashed } = crashingAfter(crashes, { hourlyUsage: path.hourlyUsage });
      const failed = await followSubscriptions(
        [{ sequenceNumber: '1', newImage: { subscriptionId: aSubscriptionId(1), state: 'active' } }],
        { ...path.meterDeps(), ...stores },
      );
      if (failed.length > 0) await subscriptionChanged();
      await path.meter({ at: NOON_MS + HOUR_MS + 5 * MINUTE_MS, ...stores }).catch(() => undefined);
      crashed = hasCrashed();
      await meterHours(2);
      expect(sent().map(([hour]) => hour)).toEqual(expect.arrayContaining(['10T12', '10T13']));
      expect(path.hours).toMatchObject({ '2026-03-10T13': ['billed', '0'], '2026-03-10T14': ['open', undefined] });
    }
    expect(crashes).toBeGreaterThan(6);
  });
});
