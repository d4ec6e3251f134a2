import { describe, expect, it } from '@jest/globals';
import type { MeteringCallResult } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';
import { acceptAll } from '../fakes/scripted-metering-gateway';
import { answered, givenDimensions, givenPath } from './a-scripted-path';
import { GRACE_MS } from './usage-path';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

describe('sending records', () => {
  it('paces its calls to the quota', async () => {
    const path = givenPath();
    await givenDimensions(path, 260);
    const startMs = NOON_MS + HOUR_MS + GRACE_MS;
    await path.meter();
    expect(path.clock.now() - startMs).toBeGreaterThanOrEqual(10 * 125);
  });

  it('sends what was left unprocessed again, the same', async () => {
    const path = givenPath(answered({ kind: 'unprocessed' }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', 3] });
    expect(path.calls).toHaveLength(2);
    expect(path.calls[1]).toEqual(path.calls[0]);
  });

  it('leaves what stays unprocessed or throttled to the next run, none of it failed', async () => {
    for (const result of [answered({ kind: 'unprocessed' }), { kind: 'throttled' } as const]) {
      const path = givenPath(...Array.from({ length: 5 }, () => result));
      await path.deliver(aUsageEvent({ quantity: '3' }));
      await path.meter();
      expect(path.hours).toEqual({ '2026-03-10T12': ['sealed', 3] });
      await path.meter({ at: path.clock.now() });
      expect(path.hours).toEqual({ '2026-03-10T12': ['billed', 3] });
      expect(new Set(path.calls.map((call) => JSON.stringify(call))).size).toBe(1);
    }
  });

  it('finds the one record that sinks a call, and bills the other 24', async () => {
    const poisoned = (records: readonly { dimension: string }[]): MeteringCallResult =>
      records.some(({ dimension }) => dimension === 'd7')
        ? { kind: 'refused', reason: 'InvalidUsageDimensionException' }
        : acceptAll(records as Parameters<typeof acceptAll>[0]);
    const path = givenPath(...Array.from({ length: 30 }, () => poisoned));
    await givenDimensions(path, 25);
    await path.meter();
    const hours = path.tables.hours;
    expect(hours.filter(({ state }) => state === 'billed')).toHaveLength(24);
    expect(hours.filter(({ state }) => state === 'sealed')).toMatchObject([
      { dimension: 'd7', lastAnswer: 'refused', lastReason: 'InvalidUsageDimensionException' },
    ]);
    expect(path.calls.length).toBeLessThan(12);
  });

  it('does not try the records of a call one by one when our own account is at fault', async () => {
    const path = givenPath({ kind: 'misconfigured', reason: 'AccessDeniedException' });
    await givenDimensions(path, 25);
    await path.meter();
    expect(path.calls).toHaveLength(1);
    expect(path.counters.counts).toMatchObject({ MeteringMisconfigured: 1 });
  });

  it('parks a conflict for a person', async () => {
    const path = givenPath(answered({ kind: 'conflict' }));
    await path.deliver(aUsageEvent());
    await path.meter();
    await path.meter({ at: NOON_MS + 5 * HOUR_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['rejected', 1] });
    expect(path.calls).toHaveLength(1);
  });

  it('asks again, less and less often, for a customer that is not subscribed', async () => {
    const path = givenPath(...Array.from({ length: 3 }, () => answered({ kind: 'notSubscribed' })));
    await path.deliver(aUsageEvent());
    for (let minute = 0; minute <= 60; minute += 1)
      await path.meter({ at: NOON_MS + HOUR_MS + GRACE_MS + minute * MINUTE_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', 1] });
    expect(path.calls).toHaveLength(4);
  });

  it('sends the same bytes after a timeout', async () => {
    const path = givenPath({ kind: 'ambiguous', reason: 'TimeoutError' });
    await path.deliver(aUsageEvent({ quantity: '3', tags: { Department: 'legal' } }));
    await path.meter();
    expect(path.calls).toHaveLength(2);
    expect(JSON.stringify(path.calls[1])).toBe(JSON.stringify(path.calls[0]));
  });

  it('asks again at once about a record that the answer does not mention', async () => {
    const path = givenPath(answered({ kind: 'ambiguous' }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', 3] });
    expect(path.calls).toHaveLength(2);
  });

  it('knows that another quantity stands in the place of what a timeout left in doubt', async () => {
    const path = givenPath({ kind: 'ambiguous', reason: 'TimeoutError' }, answered({ kind: 'conflict' }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': ['rejected', 3] });
  });

  it('doubts nothing that it had no time to send', async () => {
    const path = givenPath();
    await path.deliver(aUsageEvent({ quantity: '3' }));
    const deadlineMs = NOON_MS + HOUR_MS + GRACE_MS + MINUTE_MS;
    const { claimSend } = path.hourlyUsage;
    path.hourlyUsage.claimSend = async (sealed) => {
      path.clock.set(deadlineMs);
      return claimSend.call(path.hourlyUsage, sealed);
    };
    await path.meter({ deadlineMs });
    expect(path.calls).toEqual([]);
    expect(path.tables.hours).toMatchObject([{ sends: 1, answers: 1 }]);
    await path.meter({ at: deadlineMs });
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', 3] });
  });

  it('does not wait for a place in the quota that comes after its time', async () => {
    const path = givenPath();
    await path.deliver(aUsageEvent({ quantity: '3' }));
    const deadlineMs = NOON_MS + HOUR_MS + GRACE_MS + MINUTE_MS;
    await path.meter({ deadlineMs, meteringQuota: { takeSlot: async () => deadlineMs } });
    expect(path.calls).toEqual([]);
    expect(path.clock.now()).toBeLessThan(deadlineMs);
  });

  it('bills once with two runs at once', async () => {
    const path = givenPath();
    await givenDimensions(path, 60);
    await Promise.all([path.meter(), path.meter()]);
    expect(path.calls.flat()).toHaveLength(60);
    expect(new Set(path.calls.flat().map(({ dimension }) => dimension)).size).toBe(60);
  });
});
