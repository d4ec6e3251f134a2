import { beforeEach, describe, expect, it } from 'vitest';
import { PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { acceptAll } from '../fakes/scripted-metering-gateway';
import { answered, givenPath } from './a-scripted-path';
import { GRACE_MS } from './usage-path';

const HOUR = { subscriptionId: aSubscriptionId(1), dimension: 'events', hour: '2026-03-10T12' };

let path: ReturnType<typeof givenPath>;

beforeEach(() => {
  path = givenPath();
});

describe('meter-usage when the window closes', () => {
  async function metersFor24Hours() {
    for (let minute = 0; minute <= 24 * 60; minute += 5)
      await path.meter({ at: NOON_MS + HOUR_MS + GRACE_MS + minute * MINUTE_MS });
  }

  it('rejects a record that AWS refused until the window closed, and sends a notice then', async () => {
    path = givenPath(...Array.from({ length: 100 }, () => answered({ kind: 'notSubscribed' })));
    await path.deliver(aUsageEvent());
    await path.meter();
    expect(path.tables.noticesOf('MeteringRejected')).toEqual([]);
    await metersFor24Hours();
    expect(path.hours).toEqual({ '2026-03-10T12': ['rejected', '1'] });
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      { ...HOUR, outcome: 'rejected', reason: 'notSubscribed' },
    ]);
    expect(path.counters.counts).toMatchObject({
      'RecordsClosed.rejected': 1,
      'UnitsClosed.rejected': 1,
      [`UnitsNotBilled.notSubscribed@${PRODUCT_CODE}:events`]: 1,
    });
  });

  it('tries a record that AWS refuses for the last time some ten minutes before the window closes', async () => {
    const minutes: number[] = [];
    const refuse = () => {
      minutes.push(Math.floor((path.clock.now() - NOON_MS) / MINUTE_MS));
      return answered({ kind: 'notSubscribed' });
    };
    path = givenPath(...Array.from({ length: 100 }, () => refuse));
    await path.deliver(aUsageEvent());
    await metersFor24Hours();
    expect(minutes.at(-1)).toBe(24 * 60 - 10);
  });

  it('leaves nothing of an earlier refusal in the table once AWS bills the record', async () => {
    path = givenPath(answered({ kind: 'notSubscribed' }));
    await path.deliver(aUsageEvent({ quantity: '8' }));
    await metersFor24Hours();
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '8'] });
    expect(JSON.stringify([...path.tables.dynamoDb.table('hourlyUsage').items()])).not.toContain('notSubscribed');
  });

  it('carries, and bills later, a record that AWS throttled until the window closed', async () => {
    const busyAtNoon = (records: Parameters<typeof acceptAll>[0]) =>
      records[0]?.timestampSeconds === NOON_MS / 1000 ? ({ outcome: 'throttled' } as const) : acceptAll(records);
    path = givenPath(...Array.from({ length: 1500 }, () => busyAtNoon));
    await path.deliver(aUsageEvent({ quantity: '8' }));
    await metersFor24Hours();
    await path.meter({ at: NOON_MS + 30 * HOUR_MS });
    const [late] = Object.entries(path.hours).filter(([hour]) => hour !== '2026-03-10T12');
    expect([path.hours['2026-03-10T12'], late?.[1]]).toEqual([
      ['carried', '8'],
      ['billed', '8'],
    ]);
  });

  it('expires a throttled record when the seller chose so, and rejects one that AWS had refused before', async () => {
    const busy = Array.from({ length: 1500 }, () => ({ outcome: 'throttled' }) as const);
    for (const [state, script] of [
      ['expired', busy],
      ['rejected', [answered({ kind: 'notSubscribed' }), ...busy]],
    ] as const) {
      path = givenPath(...script);
      path.unsendableUsage = 'expire';
      await path.deliver(aUsageEvent({ quantity: '8' }));
      await metersFor24Hours();
      expect(path.hours).toEqual({ '2026-03-10T12': [state, '8'] });
    }
  });

  it.each([
    ['throttled', { outcome: 'throttled' } as const],
    ['refused', answered({ kind: 'notSubscribed' })],
  ])('leaves a record unconfirmed after a timeout, even if AWS %s it afterwards', async (_, afterwards) => {
    const answers = Array.from({ length: 1500 }, () => afterwards);
    path = givenPath({ outcome: 'ambiguous', reason: 'TimeoutError' }, ...answers);
    await path.deliver(aUsageEvent({ quantity: '8' }));
    await metersFor24Hours();
    expect(path.hours).toEqual({ '2026-03-10T12': ['unconfirmed', '8'] });
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      { ...HOUR, outcome: 'unconfirmed', reason: 'noAnswer' },
    ]);
  });

  it('does not carry a record that another run is sending', async () => {
    path = givenPath(...Array.from({ length: 5 }, () => ({ outcome: 'throttled' }) as const));
    const { getBalance } = path.hourlyUsage;
    await path.deliver(aUsageEvent({ quantity: '8' }));
    await path.sealOnly();
    path.hourlyUsage.getBalance = async (key) => {
      // The other run, between the decision and its write.
      for (const { record, answers, ...hourKey } of path.tables.hours)
        if (record) await path.hourlyUsage.claimSend({ hourKey, record, sends: 0, answers: answers ?? 0 });
      return getBalance.call(path.hourlyUsage, key);
    };
    await path.meter({ at: NOON_MS + 24 * HOUR_MS });
    expect([path.hours, path.carried]).toEqual([{ '2026-03-10T12': ['sealed', '8'] }, '0']);
  });

  it('carries an hour that was never sealed', async () => {
    await path.deliver(aUsageEvent({ quantity: '8' }));
    await path.meter({ at: NOON_MS + 30 * HOUR_MS });
    await path.meter({ at: NOON_MS + 31 * HOUR_MS + GRACE_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['carried', undefined], '2026-03-11T18': ['billed', '8'] });
  });

  it('carries an hour that was sealed but never sent', async () => {
    await path.deliver(aUsageEvent({ quantity: '8.5' }));
    await path.sealOnly();
    expect(path.hours).toEqual({ '2026-03-10T12': ['sealed', '8.5'] });
    await path.meter({ at: NOON_MS + 30 * HOUR_MS });
    await path.meter({ at: NOON_MS + 31 * HOUR_MS + GRACE_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['carried', '8.5'], '2026-03-11T18': ['billed', '8.5'] });
    expect(path.carried).toBe('0');
  });

  it.each([
    [60_001, 'billed'],
    [60_000, 'carried'],
  ])('sends a sealed record until a minute before the window closes (%p ms: %s)', async (beforeMs, state) => {
    await path.deliver(aUsageEvent({ quantity: '8' }));
    await path.sealOnly();
    await path.meter({ at: NOON_MS + 24 * HOUR_MS - beforeMs });
    expect(path.hours['2026-03-10T12']).toEqual([state, '8']);
  });

  it('expires an hour that was never sealed when the seller chose so, and says what was lost', async () => {
    path.unsendableUsage = 'expire';
    await path.deliver(aUsageEvent({ quantity: '8.5' }));
    await path.meter({ at: NOON_MS + 30 * HOUR_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['expired', undefined] });
    const [notice] = path.tables.noticesOf('MeteringRejected');
    expect(notice).toMatchObject({ ...HOUR, outcome: 'expired', reason: 'windowClosed', quantity: '8.5' });
    expect(notice).not.toHaveProperty('record');
    expect(path.log.text).toContain('USAGE_NOT_BILLED');
    expect(path.log.text).toContain('2026-03-10T12');
    expect(path.counters.counts).toMatchObject({
      'UnitsClosed.expired': 8.5,
      'HoursSealed.expired': 1,
      [`UnitsNotBilled.windowClosed@${PRODUCT_CODE}:events`]: 8.5,
    });
  });

  it('sends no notice when usage is billed or carried after all', async () => {
    await path.deliver(aUsageEvent({ quantity: '3.5' }));
    await path.meter();
    await path.deliver(aUsageEvent({ quantity: '8', timeMs: NOON_MS + 2 * HOUR_MS }));
    await path.meter({ at: NOON_MS + 40 * HOUR_MS });
    expect(path.hours).toMatchObject({ '2026-03-10T12': ['billed', '3.5'], '2026-03-10T14': ['carried', undefined] });
    expect(path.tables.noticesOf('MeteringRejected')).toEqual([]);
  });

  it('carries usage of the last month that arrives after 06:00 on the 1st', async () => {
    const timeMs = Date.parse('2026-03-31T22:00:00Z');
    await path.deliver(aUsageEvent({ quantity: '8', timeMs, receivedAtMs: timeMs + 9 * HOUR_MS }));
    await path.meter({ at: Date.parse('2026-04-01T07:10:00Z') });
    await path.meter({ at: Date.parse('2026-04-01T08:10:00Z') });
    expect(path.calls).toMatchObject([
      [{ quantity: '8', timestampSeconds: Date.parse('2026-04-01T07:00:00Z') / 1000 }],
    ]);
  });
});
