import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MeteringCallResult } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { aWholeProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { acceptAll } from '../fakes/scripted-metering-gateway';
import { answered, givenDimensions, givenPath } from './a-scripted-path';
import { GRACE_MS } from './usage-path';

let path: ReturnType<typeof givenPath>;

beforeEach(() => {
  path = givenPath();
});

describe('sending records', () => {
  it('spaces its calls by the quota', async () => {
    await givenDimensions(path, 260);
    const startMs = NOON_MS + HOUR_MS + GRACE_MS;
    await path.meter();
    expect(path.clock.now() - startMs).toBeGreaterThanOrEqual(10 * 125);
  });

  it('starts no call before its slot', async () => {
    const startedAt: number[] = [];
    const accept = (records: Parameters<typeof acceptAll>[0]) => {
      startedAt.push(path.clock.now());
      return acceptAll(records);
    };
    path = givenPath(...Array.from({ length: 10 }, () => accept));
    await givenDimensions(path, 100);
    const slots: number[] = [];
    const takeSlot = async () => {
      slots.push(path.clock.now() + 125);
      return path.clock.now() + 125;
    };
    // Unlike the test's clock, a real one goes on only later.
    const sleep = async (ms: number) => {
      await setImmediate();
      await path.clock.sleep(ms);
    };
    await path.meter({ sleep, meteringQuota: { takeSlot } });
    expect(startedAt).toHaveLength(4);
    for (const [call, atMs] of startedAt.entries()) expect(atMs).toBeGreaterThanOrEqual(slots[call] ?? Infinity);
  });

  it.each([
    ['unprocessed', answered({ kind: 'unprocessed' })],
    ['not mentioned in the answer', answered({ kind: 'ambiguous' })],
    ['in doubt after a timeout', { outcome: 'ambiguous', reason: 'TimeoutError' } as const],
  ])('sends a record that is %s again at once, with the same bytes', async (_, result) => {
    path = givenPath(result);
    await path.deliver(aUsageEvent({ quantity: '3', tags: { Department: 'legal' } }));
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '3'] });
    expect(path.calls).toHaveLength(2);
    expect(JSON.stringify(path.calls[1])).toBe(JSON.stringify(path.calls[0]));
  });

  it('leaves a record that stays unprocessed or throttled to the next run', async () => {
    for (const result of [answered({ kind: 'unprocessed' }), { outcome: 'throttled' } as const]) {
      path = givenPath(...Array.from({ length: 5 }, () => result));
      await path.deliver(aUsageEvent({ quantity: '3' }));
      await path.meter();
      expect(path.hours).toEqual({ '2026-03-10T12': ['sealed', '3'] });
      await path.meter({ at: path.clock.now() });
      expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '3'] });
      expect(new Set(path.calls.map((call) => JSON.stringify(call))).size).toBe(1);
    }
  });

  it('isolates the one record that fails a call, and bills the other 24', async () => {
    const poisoned = (records: readonly { dimension: string }[]): MeteringCallResult =>
      records.some(({ dimension }) => dimension === 'd7')
        ? { outcome: 'refused', reason: 'InvalidUsageDimensionException' }
        : acceptAll(records as Parameters<typeof acceptAll>[0]);
    path = givenPath(...Array.from({ length: 30 }, () => poisoned));
    await givenDimensions(path, 25);
    await path.meter();
    const hours = path.tables.hours;
    expect(hours.filter(({ state }) => state === 'billed')).toHaveLength(24);
    expect(hours.filter(({ state }) => state === 'sealed')).toMatchObject([
      { dimension: 'd7', lastAnswer: 'refused', lastReason: 'InvalidUsageDimensionException' },
    ]);
    expect(path.calls.length).toBeLessThan(12);
  });

  it('does not try records one by one when access is denied', async () => {
    path = givenPath({ outcome: 'misconfigured', reason: 'AccessDeniedException' });
    await givenDimensions(path, 25);
    await path.meter();
    expect(path.calls).toHaveLength(1);
    expect(path.counters.counts).toMatchObject({ MeteringMisconfigured: 1 });
  });

  it('carries nothing that AWS may bill when its answer could not be read', async () => {
    path.gateway = { batchMeterUsage: async () => Promise.reject(new Error('not an answer')) };
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await expect(path.meter()).rejects.toThrow('not an answer');
    expect(path.tables.hours).toMatchObject([{ state: 'sealed', sends: 1, answers: 0 }]);
    await path.meter({ at: NOON_MS + 24 * HOUR_MS });
    expect([path.hours, path.carried]).toEqual([{ '2026-03-10T12': ['unconfirmed', '3'] }, '0']);
  });

  it.each([
    ['decimal', 'unconfirmed', 'conflictInDoubt'],
    ['whole', 'rejected', 'conflict'],
  ] as const)('takes a conflict after a lost answer, of a %s record, for %s', async (form, state, reason) => {
    path = givenPath({ outcome: 'ambiguous', reason: 'TimeoutError' }, answered({ kind: 'conflict' }));
    if (form === 'whole') path.products.set(PRODUCT_CODE, aWholeProduct());
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': [state, '3'] });
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([{ outcome: state, reason }]);
  });

  it.each([
    ['this', async () => undefined],
    ['an earlier', async () => path.sealOnly()],
  ])('rejects a conflict of what %s run sealed, sends one notice, and does not send it again', async (_, seal) => {
    path = givenPath(answered({ kind: 'conflict' }));
    path.givenSubscription({ agreementId: 'agmt-1' });
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await seal();
    await path.meter();
    await path.meter({ at: NOON_MS + 5 * HOUR_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['rejected', '3'] });
    expect(path.calls).toHaveLength(1);
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      {
        kind: 'MeteringRejected',
        subscriptionId: aSubscriptionId(1),
        dimension: 'events',
        hour: '2026-03-10T12',
        outcome: 'rejected',
        reason: 'conflict',
        quantity: '3',
        subscriptionVersion: 1,
        agreementId: 'agmt-1',
        record: { timestamp: '2026-03-10T12:00:00.000Z', quantity: '3' },
      },
    ]);
  });

  it('holds a record whose echo differs as unconfirmed at once, sends one notice, and does not send it again', async () => {
    path = givenPath(answered({ kind: 'echoDiffers', meteringRecordId: 'm-1', echoed: '0' }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    await path.meter({ at: NOON_MS + 5 * HOUR_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['unconfirmed', '3'] });
    expect(path.calls).toHaveLength(1);
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      { outcome: 'unconfirmed', reason: 'echoDiffers', quantity: '3', record: { quantity: '3' } },
    ]);
    expect(path.counters.counts).toMatchObject({
      'Records.echoDiffers': 1,
      'UnitsClosed.unconfirmed': 3,
      [`UnitsNotBilled.echoDiffers@${PRODUCT_CODE}:events`]: 3,
    });
  });

  it('holds a record whose echo differs after a timeout', async () => {
    path = givenPath(
      { outcome: 'ambiguous', reason: 'TimeoutError' },
      answered({ kind: 'echoDiffers', meteringRecordId: 'm-1', echoed: '0' }),
    );
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.tables.hours).toMatchObject([{ state: 'unconfirmed', lastAnswer: 'echoDiffers' }]);
  });

  it('makes no further call when a difference cannot be stored, because AWS may bill that one as 0, too', async () => {
    path = givenPath(answered({ kind: 'echoDiffers', meteringRecordId: 'm-1', echoed: '0' }, { kind: 'unprocessed' }));
    await givenDimensions(path, 2);
    path.tables.before = async ({ input }) => {
      if (JSON.stringify(input).includes('haltedAt')) throw new Error('throttled');
    };
    await path.meter();
    expect([path.calls.length, path.failures.length]).toEqual([1, 1]);
  });

  it('bills a whole record that AWS repeats without a quantity, and counts it', async () => {
    path = givenPath(answered({ kind: 'accepted', meteringRecordId: 'm-1', isEchoMissing: true }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '3'] });
    expect(path.counters.counts).toMatchObject({ EchoesMissing: 1, 'Records.echoDiffers': 0 });
  });

  it('sends again at growing intervals for a customer that is not subscribed', async () => {
    path = givenPath(...Array.from({ length: 3 }, () => answered({ kind: 'notSubscribed' })));
    await path.deliver(aUsageEvent());
    for (let minute = 0; minute <= 60; minute += 1)
      await path.meter({ at: NOON_MS + HOUR_MS + GRACE_MS + minute * MINUTE_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '1'] });
    expect(path.calls).toHaveLength(4);
  });

  it('treats a record as unsent when the deadline passed before the call', async () => {
    await path.deliver(aUsageEvent({ quantity: '3' }));
    const deadlineMs = NOON_MS + HOUR_MS + GRACE_MS + MINUTE_MS;
    const { seal } = path.hourlyUsage;
    path.hourlyUsage.seal = async (request) => {
      path.clock.set(deadlineMs);
      return seal.call(path.hourlyUsage, request);
    };
    await path.meter({ deadlineMs });
    expect(path.calls).toEqual([]);
    expect(path.tables.hours).toMatchObject([{ sends: 1, answers: 1 }]);
    await path.meter({ at: deadlineMs });
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '3'] });
  });

  it('does not wait for a slot of the quota after its deadline', async () => {
    await path.deliver(aUsageEvent({ quantity: '3' }));
    const deadlineMs = NOON_MS + HOUR_MS + GRACE_MS + MINUTE_MS;
    await path.meter({ deadlineMs, meteringQuota: { takeSlot: async () => deadlineMs } });
    expect(path.calls).toEqual([]);
    expect(path.clock.now()).toBeLessThan(deadlineMs);
  });

  it('bills each record once in two concurrent runs', async () => {
    await givenDimensions(path, 60);
    await Promise.all([path.meter(), path.meter()]);
    expect(path.calls.flat()).toHaveLength(60);
    expect(new Set(path.calls.flat().map(({ dimension }) => dimension)).size).toBe(60);
  });
});
