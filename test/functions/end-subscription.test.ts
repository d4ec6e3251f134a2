import { beforeEach, describe, expect, it } from 'vitest';
import { beginEndings, endDueSubscriptions, endSubscription } from '../../lambdas/meter-usage/end-subscription';
import { runMetering } from '../../lambdas/meter-usage/run-metering';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { crashingAfter } from '../fakes/crashing-stores';
import { acceptAll } from '../fakes/scripted-metering-gateway';
import { answered, givenPath } from './a-scripted-path';

const ENDED_AT_MS = NOON_MS + 40 * MINUTE_MS;

let path: ReturnType<typeof givenPath>;

function givenEnding(script: Parameters<typeof givenPath> = []) {
  path = givenPath(...script);
  path.givenSubscription({ state: 'ending', endingAt: new Date(ENDED_AT_MS).toISOString() });
}

async function passAt(ms: number): Promise<void> {
  path.clock.set(ms);
  await endSubscription(aSubscriptionId(1), path.meterDeps());
}

const state = () => path.tables.subscription(aSubscriptionId(1)).state;

describe('the end of a subscription', () => {
  beforeEach(() => givenEnding());

  it('sends closed hours at once, and the unfinished hour once the stream has drained', async () => {
    await path.deliver(
      aUsageEvent({ quantity: '3', timeMs: NOON_MS - HOUR_MS, receivedAtMs: NOON_MS }),
      aUsageEvent({ quantity: '5' }),
    );
    await passAt(ENDED_AT_MS + MINUTE_MS);
    expect(path.hours).toEqual({ '2026-03-10T11': ['billed', '3'], '2026-03-10T12': ['open', undefined] });
    await passAt(ENDED_AT_MS + 4 * MINUTE_MS);
    expect(path.hours).toEqual({ '2026-03-10T11': ['billed', '3'], '2026-03-10T12': ['billed', '5'] });
    expect(state()).toBe('ending');
  });

  it('waits for the stream also if the hour of the end was over when the event arrived', async () => {
    const endedAtMs = NOON_MS + HOUR_MS - 1000;
    path.givenSubscription({ state: 'ending', endingAt: new Date(endedAtMs).toISOString() });
    const late = aUsageEvent({ quantity: '2', timeMs: endedAtMs - 1000, receivedAtMs: endedAtMs - 1000 });
    await path.deliver(aUsageEvent({ quantity: '5' }));
    await passAt(endedAtMs + 3000);
    await path.deliver(late);
    await passAt(endedAtMs + 2 * MINUTE_MS + 3000);
    // In the next hour nobody was subscribed: AWS would refuse what moved there.
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '7'] });
    expect(path.reminders).toEqual([[aSubscriptionId(1), 120]]);
  });

  it('waits for the stream again if the buyer came back in between and no pass has noticed', async () => {
    await passAt(ENDED_AT_MS + 1000);
    const [back, again] = [ENDED_AT_MS + 3 * MINUTE_MS, ENDED_AT_MS + 4 * MINUTE_MS];
    const times = { begunAt: new Date(back).toISOString(), endingAt: new Date(again).toISOString() };
    path.givenSubscription({ state: 'ending', ...times });
    await path.deliver(aUsageEvent({ quantity: '5' }));
    await passAt(again + 1000);
    await path.deliver(aUsageEvent({ quantity: '2', timeMs: again - 5000, receivedAtMs: again - 1000 }));
    await passAt(again + 2 * MINUTE_MS + 1000);
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '7'] });
  });

  it('is reminded when the stream has drained, and not again after that', async () => {
    await passAt(ENDED_AT_MS + MINUTE_MS);
    await passAt(ENDED_AT_MS + MINUTE_MS + 30_500);
    await passAt(ENDED_AT_MS + 3 * MINUTE_MS);
    expect(path.reminders).toEqual([
      [aSubscriptionId(1), 120],
      [aSubscriptionId(1), 90],
    ]);
  });

  it.each([
    ['as much sooner as the pass took', 30_000, 90],
    ['at once, if the pass took longer than the stream', 150_000, 0],
  ])('is reminded %s', async (_, tookMs, delaySeconds) => {
    await path.deliver(aUsageEvent({ quantity: '3', timeMs: NOON_MS - HOUR_MS, receivedAtMs: NOON_MS }));
    path.gateway = {
      batchMeterUsage: async (records) => {
        await path.clock.sleep(tookMs);
        return acceptAll(records);
      },
    };
    await passAt(ENDED_AT_MS + MINUTE_MS);
    expect(path.reminders).toEqual([[aSubscriptionId(1), delaySeconds]]);
  });

  it('is found by the schedule even if the reminder cannot be sent', async () => {
    path.clock.set(ENDED_AT_MS);
    const reminders = { remind: async () => Promise.reject(new Error('throttled')) };
    await expect(endSubscription(aSubscriptionId(1), { ...path.meterDeps(), reminders })).rejects.toThrow('throttled');
    expect(await path.endings.listDue(ENDED_AT_MS + 2 * MINUTE_MS)).toEqual([aSubscriptionId(1)]);
  });

  it('bills stragglers until the window closes, and then ends the subscription', async () => {
    await passAt(ENDED_AT_MS + MINUTE_MS);
    await path.deliver(aUsageEvent({ quantity: '2' }));
    await passAt(ENDED_AT_MS + 10 * MINUTE_MS);
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '2'] });
    await passAt(ENDED_AT_MS + HOUR_MS);
    expect(state()).toBe('ended');
    expect(path.tables.notices).toMatchObject([{ kind: 'SubscriptionEnded' }]);
    expect(await path.endings.listDue(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('expires usage that AWS no longer accepts, with its quantity', async () => {
    await passAt(ENDED_AT_MS + MINUTE_MS);
    await path.deliver(aUsageEvent({ quantity: '2.5' }), aUsageEvent({ dimension: 'unlisted', quantity: '4' }));
    await passAt(ENDED_AT_MS + HOUR_MS);
    expect(path.tables.hours.map(({ state }) => state)).toEqual(['expired', 'expired']);
    expect(path.counters.counts).toMatchObject({ 'UnitsClosed.expired': 6.5 });
    expect(state()).toBe('ended');
  });

  it('rejects a record that AWS refused until the window closed', async () => {
    givenEnding(Array.from({ length: 20 }, () => answered({ kind: 'notSubscribed' })));
    await path.deliver(aUsageEvent({ quantity: '2' }));
    for (let minute = 1; minute <= 60; minute += 5) await passAt(ENDED_AT_MS + minute * MINUTE_MS);
    await passAt(ENDED_AT_MS + HOUR_MS);
    expect(path.hours).toEqual({ '2026-03-10T12': ['rejected', '2'] });
    expect(state()).toBe('ended');
  });

  it('sends a notice when the subscription ends before AWS accepted the usage', async () => {
    givenEnding(Array.from({ length: 100 }, () => ({ outcome: 'throttled' }) as const));
    path.givenSubscription({ state: 'ending', endingAt: new Date(ENDED_AT_MS).toISOString(), version: 6 });
    await path.deliver(aUsageEvent({ quantity: '2' }), aUsageEvent({ dimension: 'unlisted', quantity: '4' }));
    for (const minute of [1, 10, 60]) await passAt(ENDED_AT_MS + minute * MINUTE_MS);
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      { dimension: 'events', outcome: 'expired', reason: 'unprocessed', quantity: '2', subscriptionVersion: 6 },
      { dimension: 'unlisted', outcome: 'expired', reason: 'subscriptionOver', quantity: '4' },
    ]);
  });

  it('sends everything even if AWS announces the end hours late', async () => {
    await path.deliver(aUsageEvent({ quantity: '5' }));
    await passAt(ENDED_AT_MS + 3 * HOUR_MS);
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '5'] });
    expect(state()).toBe('ending');
  });

  it('completes after a crash at any call of a store', async () => {
    let crashes = 0;
    for (let crashed = true; crashed;) {
      givenEnding();
      await path.deliver(
        aUsageEvent({ quantity: '3', timeMs: NOON_MS - HOUR_MS, receivedAtMs: NOON_MS }),
        aUsageEvent({ quantity: '5' }),
      );
      await passAt(ENDED_AT_MS + MINUTE_MS);
      path.clock.set(ENDED_AT_MS + 4 * MINUTE_MS);
      crashed = false;
      const deps = path.meterDeps();
      const { hourlyUsage, endings } = deps;
      const { stores } = crashingAfter(crashes, { hourlyUsage, endings });
      await endSubscription(aSubscriptionId(1), { ...deps, ...stores }).catch(() => (crashed = true));
      crashes += crashed ? 1 : 0;
      path.clock.set(ENDED_AT_MS + 5 * MINUTE_MS);
      await endDueSubscriptions(path.meterDeps());
      path.clock.set(ENDED_AT_MS + HOUR_MS);
      await endDueSubscriptions(path.meterDeps());
      expect(path.hours).toEqual({ '2026-03-10T11': ['billed', '3'], '2026-03-10T12': ['billed', '5'] });
      expect(state()).toBe('ended');
    }
    expect(crashes).toBeGreaterThan(5);
  });

  it('is ended by a later pass if the last one fails to store it', async () => {
    await passAt(ENDED_AT_MS + MINUTE_MS);
    const { save } = path.subscriptions;
    path.subscriptions.save = async () => Promise.reject(new Error('throttled'));
    await expect(passAt(ENDED_AT_MS + HOUR_MS)).rejects.toThrow('throttled');
    path.subscriptions.save = save;
    await endDueSubscriptions(path.meterDeps());
    expect(state()).toBe('ended');
  });

  it('is left to the next run once the time is up', async () => {
    await passAt(ENDED_AT_MS + MINUTE_MS);
    path.clock.set(ENDED_AT_MS + HOUR_MS);
    await endDueSubscriptions({ ...path.meterDeps(), deadlineMs: path.clock.now() });
    expect([state(), path.counters.counts.SubscriptionsEnding]).toEqual(['ending', 1]);
  });

  it('comes before all other work of a run, because AWS takes its hours for an hour only', async () => {
    const begun: string[] = [];
    const { endings, hourlyUsage } = path;
    const [listDue, dueHours] = [endings.listDue.bind(endings), hourlyUsage.dueHours.bind(hourlyUsage)];
    endings.listDue = async (...asked) => (begun.push('endings'), listDue(...asked));
    hourlyUsage.dueHours = async (...asked) => (begun.push('hours'), dueHours(...asked));
    await runMetering(path.meterDeps());
    expect(begun.slice(0, 2)).toEqual(['endings', 'hours']);
  });

  it('is counted as failed by the schedule if one of its hours fails', async () => {
    await path.deliver(aUsageEvent({ quantity: '5' }));
    await passAt(ENDED_AT_MS + MINUTE_MS);
    path.hourlyUsage.get = async () => Promise.reject(new Error('throttled'));
    path.clock.set(ENDED_AT_MS + 10 * MINUTE_MS);
    await endDueSubscriptions(path.meterDeps());
    expect(path.counters.counts).toMatchObject({ EndingsFailed: 1 });
  });

  it('opens no future hour, whatever the Balance holds', async () => {
    await path.deliver(...Array.from({ length: 5 }, () => aUsageEvent({ quantity: '2147483647' })));
    await passAt(ENDED_AT_MS + MINUTE_MS);
    await passAt(ENDED_AT_MS + 4 * MINUTE_MS);
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '9999999999.999999'] });
    expect(path.carried).toBe('737418235.000001');
  });

  it('does nothing for a subscription that has ended', async () => {
    path.givenSubscription({ state: 'ended', endingAt: new Date(ENDED_AT_MS).toISOString() });
    await passAt(ENDED_AT_MS + 2 * HOUR_MS);
    expect(await path.endings.listDue(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('stops when the licence comes back', async () => {
    await passAt(ENDED_AT_MS + MINUTE_MS);
    path.givenSubscription({ state: 'active' });
    await path.deliver(aUsageEvent({ quantity: '5' }));
    await passAt(ENDED_AT_MS + HOUR_MS);
    expect(state()).toBe('active');
    expect(path.hours).toEqual({ '2026-03-10T12': ['open', undefined] });
    expect(await path.endings.listDue(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('asks the stream to redeliver the failed changes', async () => {
    path.subscriptions.getMany = async () => Promise.reject(new Error('throttled'));
    const changes = [{ sequenceNumber: '7', newImage: { subscriptionId: aSubscriptionId(1) } }];
    expect(await beginEndings(changes, path.meterDeps())).toEqual(['7']);
  });

  it('expires usage that arrives after the end', async () => {
    path.givenSubscription({ state: 'ended', endingAt: new Date(ENDED_AT_MS).toISOString() });
    await path.deliver(aUsageEvent({ quantity: '5' }));
    await path.meter({ at: NOON_MS + 2 * HOUR_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['expired', undefined] });
  });
});
