import { beforeEach, describe, expect, it } from 'vitest';
import { aProduct, aWholeProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { ScriptedMeteringGateway } from '../fakes/scripted-metering-gateway';
import { answered, givenDimensions, givenPath } from './a-scripted-path';
import { GRACE_MS } from './usage-path';

let path: ReturnType<typeof givenPath>;

beforeEach(() => {
  path = givenPath();
});

describe('meter-usage', () => {
  it('bills a closed hour once', async () => {
    await path.deliver(aUsageEvent({ quantity: '3' }), aUsageEvent({ quantity: '4' }));
    await path.meter();
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '7'] });
    expect(path.calls).toMatchObject([[{ quantity: '7', timestampSeconds: NOON_MS / 1000 }]]);
  });

  it('leaves an hour open until its grace is over', async () => {
    await path.deliver(aUsageEvent());
    await path.meter({ at: NOON_MS + HOUR_MS + GRACE_MS - 1 });
    expect(path.hours).toEqual({ '2026-03-10T12': ['open', undefined] });
  });

  it.each([
    [26, 2],
    [260, 11],
  ])('sends %p dimensions of an hour in %p calls', async (dimensions, calls) => {
    await givenDimensions(path, dimensions);
    await path.meter();
    expect(path.calls.map((call) => call.length).reduce((a, b) => a + b)).toBe(dimensions);
    expect(path.calls).toHaveLength(calls);
    expect(path.calls.every((call) => call.length <= 25)).toBe(true);
  });

  it('holds back usage of a subscription that AWS has not activated', async () => {
    path.givenSubscription({ state: 'pending', activatedAt: undefined });
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': ['open', undefined] });
    expect(path.counters.counts).toMatchObject({ 'HoursWaiting.notActivated': 1 });
    path.givenSubscription({ activatedAt: '2026-03-10T14:20:00.000Z' });
    await path.meter({ at: NOON_MS + 3 * HOUR_MS + GRACE_MS });
    await path.meter({ at: NOON_MS + 4 * HOUR_MS + GRACE_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['carried', undefined], '2026-03-10T15': ['billed', '3'] });
    expect(path.carried).toBe('0');
  });

  it('bills usage that waited for months for its dimension to be listed', async () => {
    await path.deliver(aUsageEvent({ dimension: 'unlisted', quantity: '2' }));
    await path.meter();
    expect(path.counters.counts).toMatchObject({ 'HoursWaiting.unknownDimension': 1 });
    path.products.forEach((product) => product.dimensions.push({ apiName: 'unlisted', unit: 'unit' }));
    await path.meter({ at: NOON_MS + 300 * 24 * HOUR_MS });
    await path.meter({ at: NOON_MS + 300 * 24 * HOUR_MS + 2 * HOUR_MS });
    expect(path.calls).toMatchObject([[{ quantity: '2' }]]);
  });

  it('bills fractions in their hour, to the millionth, and carries what is below', async () => {
    await path.deliver(
      aUsageEvent({ quantity: '15.8' }),
      aUsageEvent({ quantity: '0.0000015', timeMs: NOON_MS + HOUR_MS }),
    );
    await path.meter({ at: NOON_MS + 2 * HOUR_MS + GRACE_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '15.8'], '2026-03-10T13': ['billed', '0.000001'] });
    expect(path.carried).toBe('0.0000005');
  });

  it('carries the fraction of whole units into the next hour', async () => {
    path.products.set(PRODUCT_CODE, aWholeProduct());
    await path.deliver(aUsageEvent({ quantity: '1.75' }), aUsageEvent({ quantity: '0.5', timeMs: NOON_MS + HOUR_MS }));
    await path.meter({ at: NOON_MS + 2 * HOUR_MS + GRACE_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '1'], '2026-03-10T13': ['billed', '1'] });
    expect(path.carried).toBe('0.25');
  });

  it('carries the part above the largest quantity, and bills it without further usage', async () => {
    await path.deliver(...Array.from({ length: 5 }, () => aUsageEvent({ quantity: '2147483647' })));
    for (let hour = 1; hour <= 3; hour += 1) await path.meter({ at: NOON_MS + hour * HOUR_MS + GRACE_MS });
    expect(Object.values(path.hours)).toEqual([
      ['billed', '9999999999.999999'],
      ['billed', '737418235.000001'],
    ]);
    expect(path.carried).toBe('0');
  });

  it('carries the part above the largest whole quantity, and bills it without further usage', async () => {
    path.products.set(PRODUCT_CODE, aWholeProduct());
    await path.deliver(
      aUsageEvent({ quantity: '2147483647' }),
      aUsageEvent({ quantity: '2147483647' }),
      aUsageEvent({ quantity: '5' }),
    );
    for (let hour = 1; hour <= 4; hour += 1) await path.meter({ at: NOON_MS + hour * HOUR_MS + GRACE_MS });
    expect(Object.values(path.hours)).toEqual([
      ['billed', '2147483647'],
      ['billed', '2147483647'],
      ['billed', '5'],
    ]);
    expect(path.carried).toBe('0');
  });

  it('stops before its deadline, and the next run bills the rest', async () => {
    await givenDimensions(path, 60);
    const at = NOON_MS + HOUR_MS + GRACE_MS;
    await path.meter({ at, deadlineMs: at + 100 });
    expect(path.calls.length).toBeLessThan(3);
    await path.meter({ at: at + 5 * MINUTE_MS });
    expect(path.tables.hours.every(({ state }) => state === 'billed')).toBe(true);
    expect(path.calls.flat()).toHaveLength(60);
  });

  it('bills the other hours when one fails', async () => {
    await givenDimensions(path, 3);
    const { get } = path.hourlyUsage;
    path.hourlyUsage.get = async (hourKey) => {
      if (hourKey.dimension === 'd1') throw new Error('broken');
      return get.call(path.hourlyUsage, hourKey);
    };
    await path.meter();
    expect(path.calls.flat().map(({ dimension }) => dimension)).toEqual(['d0', 'd2']);
    expect(path.counters.counts).toMatchObject({ HoursFailed: 1 });
  });

  it('folds again when a tally was added before the hour is sealed', async () => {
    await path.deliver(aUsageEvent({ quantity: '1' }));
    const { seal } = path.hourlyUsage;
    let raced = false;
    path.hourlyUsage.seal = async (request) => {
      if (!raced) {
        raced = true;
        await path.deliver(aUsageEvent({ quantity: '10' }));
      }
      return seal.call(path.hourlyUsage, request);
    };
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '11'] });
  });

  it('splits the bill by the allowed tags', async () => {
    const [legal, ops] = [{ Department: 'legal' }, { Department: 'ops', Stranger: 'x' }];
    await path.deliver(
      aUsageEvent({ quantity: '2', tags: legal }),
      aUsageEvent({ quantity: '3', tags: ops }),
      aUsageEvent({ quantity: '1' }),
    );
    await path.meter();
    expect(path.calls[0]?.[0]?.allocations).toEqual([
      { quantity: '3', tags: { Department: 'ops' } },
      { quantity: '2', tags: legal },
      { quantity: '1', tags: {} },
    ]);
  });

  it('sends the customer identifier, and no licence, for a legacy product', async () => {
    path.products.set(PRODUCT_CODE, aProduct({ identityMode: 'legacy' }));
    path.givenSubscription({ subscriptionId: aSubscriptionId(1), customerIdentifier: 'c-1' });
    await path.deliver(aUsageEvent());
    await path.meter();
    expect(path.calls[0]?.[0]?.customer).toEqual({ mode: 'legacy', customerIdentifier: 'c-1' });
  });

  it('counts used and billed units exactly, by product', async () => {
    await path.deliver(aUsageEvent({ quantity: '3.25' }), aUsageEvent({ quantity: '4' }));
    await path.meter();
    await path.meter();
    expect(path.counters.counts).toMatchObject({
      [`UnitsUsed@${PRODUCT_CODE}:events`]: 7.25,
      [`UnitsBilled@${PRODUCT_CODE}:events`]: 7.25,
    });
  });

  it('counts billed units once the outcome is stored, not at each answer of AWS', async () => {
    await path.deliver(aUsageEvent({ quantity: '3' }));
    path.hourlyUsage.settleAccepted = async () => {
      throw new Error('not stored');
    };
    await path.meter();
    expect(path.failures).toHaveLength(1);
    expect(path.counters.counts[`UnitsBilled@${PRODUCT_CODE}:events`]).toBeUndefined();
    Reflect.deleteProperty(path.hourlyUsage, 'settleAccepted');
    await path.meter();
    expect(path.counters.counts[`UnitsBilled@${PRODUCT_CODE}:events`]).toBe(3);
  });

  it('counts refusals by reason, and the units lost to a conflict', async () => {
    path = givenPath(answered({ kind: 'refused', reason: 'InvalidLicenseException' }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    path.gateway = new ScriptedMeteringGateway(answered({ kind: 'conflict' }));
    await path.meter({ at: NOON_MS + 2 * HOUR_MS });
    expect(path.counters.counts).toMatchObject({
      'RecordsRefused.InvalidLicenseException': 1,
      'UnitsClosed.rejected': 3,
      [`UnitsNotBilled.conflict@${PRODUCT_CODE}:events`]: 3,
    });
  });

  it('counts a run only when it completes', async () => {
    await path.meter();
    expect(path.counters.counts.MeteringRuns).toBe(1);
    path.hourlyUsage.dueHours = async () => ({
      take: async () => Promise.reject(new Error('no index')),
      countRest: async () => 0,
    });
    await expect(path.meter()).rejects.toThrow('no index');
    expect(path.counters.counts.MeteringRuns).toBe(1);
  });

  it('emits zero for everything that did not happen', async () => {
    await path.meter();
    expect(path.counters.counts).toMatchObject({
      MeteringCalls: 0,
      'Records.conflict': 0,
      HoursFailed: 0,
      HoursDue: 0,
    });
  });
});
