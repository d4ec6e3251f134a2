import { beforeEach, describe, expect, it } from 'vitest';
import { measureUnbilled } from '../../lambdas/meter-usage/measure-unbilled';
import { runMetering } from '../../lambdas/meter-usage/run-metering';
import { PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { answered, givenPath } from './a-scripted-path';
import { GRACE_MS } from './usage-path';

const DUE_MS = NOON_MS + HOUR_MS + GRACE_MS;

let path: ReturnType<typeof givenPath>;

beforeEach(() => {
  path = givenPath();
});

/** The metrics of a run that only measures. */
async function measuredAt(ms: number) {
  path.clock.set(ms);
  for (const name of Object.keys(path.counters.counts)) Reflect.deleteProperty(path.counters.counts, name);
  await measureUnbilled(path.meterDeps());
  return path.counters.counts;
}

describe('measuring what is unbilled', () => {
  it('emits zero in total and for each product when nothing is unbilled', async () => {
    expect(await measuredAt(DUE_MS)).toEqual({
      HoursOpen: 0,
      HoursUnbilled: 0,
      OldestUnbilledHourSeconds: 0,
      DecimalsHalted: 0,
      HoursAboveMaximum: 0,
      [`HoursUnbilled@${PRODUCT_CODE}`]: 0,
    });
  });

  it('counts the current hour as open, not as unbilled, until its grace is over', async () => {
    await path.deliver(aUsageEvent());
    const running = { HoursOpen: 1, HoursUnbilled: 0, OldestUnbilledHourSeconds: 0 };
    expect(await measuredAt(DUE_MS - 1)).toMatchObject(running);
    expect(await measuredAt(DUE_MS)).toMatchObject({ HoursUnbilled: 1, OldestUnbilledHourSeconds: 300 });
  });

  it('measures the age of the oldest hour, whichever is tried next', async () => {
    path = givenPath(answered({ kind: 'notSubscribed' }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    await path.deliver(aUsageEvent({ quantity: '1', timeMs: NOON_MS + HOUR_MS, receivedAtMs: NOON_MS + HOUR_MS }));
    expect(await measuredAt(NOON_MS + 4 * HOUR_MS)).toMatchObject({
      HoursUnbilled: 2,
      OldestUnbilledHourSeconds: (3 * HOUR_MS) / 1000,
      [`HoursUnbilled@${PRODUCT_CODE}`]: 2,
    });
  });

  it('adds up the units of each dimension that wait for AWS, by its last answer', async () => {
    path = givenPath({ outcome: 'misconfigured', reason: 'InvalidLicenseException' });
    const before = { timeMs: NOON_MS - HOUR_MS, receivedAtMs: NOON_MS - HOUR_MS };
    await path.deliver(
      aUsageEvent({ quantity: '0.1' }),
      aUsageEvent({ quantity: '0.2', ...before }),
      aUsageEvent({ dimension: 'compute_hours', quantity: '5' }),
    );
    await path.meter();
    // As numbers these would add up to 0.30000000000000004.
    expect(await measuredAt(DUE_MS)).toMatchObject({
      [`UnitsWaiting@${PRODUCT_CODE}:events`]: 0.3,
      [`UnitsWaiting.InvalidLicenseException@${PRODUCT_CODE}:events`]: 0.3,
      [`UnitsWaiting@${PRODUCT_CODE}:compute_hours`]: 5,
    });
  });

  it('counts no billed hour', async () => {
    await path.deliver(aUsageEvent({ quantity: '7' }));
    await path.meter();
    const measured = await measuredAt(DUE_MS);
    expect(measured.HoursOpen).toBe(0);
    expect(Object.keys(measured).filter((name) => name.startsWith('UnitsWaiting'))).toEqual([]);
  });

  it('counts all hours after a long outage, finds the oldest, and adds up the 10,000 oldest', async () => {
    await path.deliver(aUsageEvent({ quantity: '3' }));
    const key = { pk: aSubscriptionId(1), sk: '2026-03-10T12#events' };
    const hour = path.tables.dynamoDb.table('hourlyUsage').get(key);
    for (let n = 0; n < 12_000; n += 1)
      path.tables.put('hourlyUsage', { ...hour, sk: `2026-03-10T11#d${n}`, dueShard: n % 4 });
    // The last that is due, because AWS has refused it.
    path.tables.put('hourlyUsage', { ...hour, sk: '2026-03-10T09#events', dueAt: DUE_MS * 2 });
    expect(await measuredAt(DUE_MS)).toMatchObject({
      HoursOpen: 12_002,
      HoursUnbilled: 12_002,
      OldestUnbilledHourSeconds: (3 * HOUR_MS + GRACE_MS) / 1000,
      [`HoursUnbilled@${PRODUCT_CODE}`]: 10_000,
      'HoursUnbilled@unknown': 2_002,
    });
    expect(path.log.lines.join()).toContain('"messageCode":"UNITS_WAITING_NOT_ADDED_UP"');
  });

  it('begins only when the other metrics of the run are written, because it may take longer than the run has', async () => {
    const { dueHours } = path.hourlyUsage;
    const begun: number[] = [];
    path.hourlyUsage.dueHours = async (...asked) => {
      begun.push(path.counters.flushes);
      return dueHours.apply(path.hourlyUsage, asked);
    };
    await runMetering(path.meterDeps());
    expect(begun).toEqual([0, 1]);
    expect(path.counters.counts.MeteringRuns).toBe(1);
  });

  it('counts the hours of unknown subscriptions, too', async () => {
    await path.deliver(aUsageEvent({ subscriptionId: aSubscriptionId(99) }));
    expect(await measuredAt(DUE_MS)).toMatchObject({ HoursUnbilled: 1, 'HoursUnbilled@unknown': 1 });
  });
});
