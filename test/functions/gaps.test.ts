import { beforeEach, describe, expect, it } from 'vitest';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import type { LifeFact } from '../../lambdas/shared/domain/subscription';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { answered, givenPath } from './a-scripted-path';

const ID = aSubscriptionId(1);
const time = (ms: number) => new Date(ms).toISOString();
const [BEGAN_MS, BACK_MS] = [NOON_MS - 4 * HOUR_MS + 13 * MINUTE_MS, NOON_MS - HOUR_MS + 5 * MINUTE_MS];
const ENDED_MS = BEGAN_MS + 15_000;
const GAP_MS = NOON_MS - 3 * HOUR_MS + 30 * MINUTE_MS;
const LIFE: LifeFact[] = [
  { at: time(BEGAN_MS), kind: 'began' },
  { at: time(ENDED_MS), kind: 'licenseDeprovisioned' },
  { at: time(BACK_MS), kind: 'began' },
];

/** One for each record of a call. */
const REFUSALS = Array.from({ length: 8 }, () => ({ kind: 'notSubscribed' }) as const);

let path: ReturnType<typeof givenPath>;

/** Active at 08:13, ended 15 seconds later, back at 11:05; it is noon. */
beforeEach(() => {
  path = givenPath();
  path.givenSubscription({ activatedAt: time(BEGAN_MS), begunAt: time(BACK_MS), life: LIFE });
});

const event = (timeMs: number, quantity: string) => aUsageEvent({ timeMs, receivedAtMs: NOON_MS, quantity });
const amounts = () =>
  path.tables.hours.map(({ hour, state, record, rejectedQuantity }) => [
    hour.slice(11),
    state,
    record?.quantity,
    rejectedQuantity && decimalText(rejectedQuantity),
  ]);

describe('usage of a time in which nobody was subscribed', () => {
  it('is refused when it is reported, if the gap is known', async () => {
    const reported = (timeMs: number) => ({
      id: 'e',
      subscriptionId: ID,
      dimension: 'events',
      quantity: 7,
      time: time(timeMs),
    });
    expect(await path.record([reported(GAP_MS)])).toMatchObject([{ status: 'rejected', reason: 'notSubscribedThen' }]);
    // The hours of the end and of the comeback count as subscribed, because AWS deduplicates by the hour.
    for (const timeMs of [ENDED_MS + MINUTE_MS, BACK_MS - MINUTE_MS])
      expect(await path.record([{ ...reported(timeMs), id: String(timeMs) }])).toMatchObject([{ status: 'accepted' }]);
  });

  it('is rejected at sealing, with a notice, and never sent', async () => {
    await path.deliver(event(GAP_MS, '7'));
    await path.meter();
    expect(amounts()).toEqual([['09', 'rejected', undefined, '7']]);
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      { hour: '2026-03-10T09', outcome: 'rejected', reason: 'notSubscribedThen', quantity: '7' },
    ]);
    expect(path.calls).toEqual([]);
    expect(path.counters.counts).toMatchObject({ 'UnitsClosed.rejected': 7, 'HoursSealed.rejected': 1 });
  });

  /** The gap becomes known only after its usage was accepted and its hours were sealed. Then 7 units of it come late. */
  async function givenLateUsage(): Promise<void> {
    path.givenSubscription({ activatedAt: time(BEGAN_MS) });
    await path.deliver(event(BEGAN_MS, '1'), event(GAP_MS, '3'), event(GAP_MS + HOUR_MS, '4'), event(BACK_MS, '2'));
    await path.meter();
    await path.deliver(event(GAP_MS, '7'), event(BACK_MS, '5'), event(NOON_MS, '6'));
    path.givenSubscription({ activatedAt: time(BEGAN_MS), begunAt: time(BACK_MS), life: LIFE });
  }

  it('is rejected by its hour of use although it landed in an hour that is sent', async () => {
    await givenLateUsage();
    await path.meter({ at: NOON_MS + 2 * HOUR_MS });
    expect(amounts().at(-1)).toEqual(['12', 'billed', '11', '7']);
    expect(path.tables.hours.at(-1)?.rejectedUse).toEqual(['2026-03-10T09']);
  });

  it('leaves what else is in an hour of which nothing is sent in the Balance', async () => {
    await path.deliver(event(BEGAN_MS, '1'));
    await path.meter();
    // The hour of the first period is sealed, so that its late usage moves on to the hour in the gap.
    await path.deliver(event(BEGAN_MS, '2'), event(GAP_MS, '7'));
    await path.meter({ at: NOON_MS + HOUR_MS + 6 * MINUTE_MS });
    expect(amounts()).toEqual([
      ['08', 'billed', '1', undefined],
      ['09', 'carried', undefined, '7'],
      ['13', 'open', undefined, undefined],
    ]);
  });

  it('has a notice of its own: AWS may refuse the rest of its hour later', async () => {
    path = givenPath(...Array.from({ length: 60 }, () => answered(...REFUSALS)));
    await givenLateUsage();
    for (let hours = 2; hours <= 26; hours += 1) await path.meter({ at: NOON_MS + hours * HOUR_MS });
    const told = path.tables.noticesOf('MeteringRejected').filter(({ hour }) => hour === '2026-03-10T12');
    expect(told.map(({ reason, quantity }) => [reason, quantity])).toEqual([
      ['notSubscribedThen', '7'],
      ['notSubscribed', '11'],
    ]);
    expect(new Set(told.map(({ noticeId }) => noticeId)).size).toBe(2);
  });

  it('that landed in a gap hour is carried to the next hour that can be sent', async () => {
    // The hour of the first period is sealed, so that its late usage moves on to the next hour, in the gap.
    await path.deliver(event(BEGAN_MS, '1'));
    await path.meter();
    await path.deliver(event(BEGAN_MS, '2'));
    await path.meter({ at: NOON_MS + HOUR_MS + 6 * MINUTE_MS });
    expect(amounts()).toEqual([
      ['08', 'billed', '1', undefined],
      ['09', 'carried', undefined, undefined],
      ['13', 'open', undefined, undefined],
    ]);
    await path.meter({ at: NOON_MS + 2 * HOUR_MS + 6 * MINUTE_MS });
    expect(amounts().at(-1)).toEqual(['13', 'billed', '2', undefined]);
    expect(path.tables.noticesOf('MeteringRejected')).toEqual([]);
  });

  it('is rejected also in the passes after a second end', async () => {
    const endingAt = time(NOON_MS + 10 * MINUTE_MS);
    const life: LifeFact[] = [...LIFE, { at: endingAt, kind: 'licenseDeprovisioned' }];
    path.givenSubscription({ state: 'ending', activatedAt: time(BEGAN_MS), begunAt: time(BACK_MS), life, endingAt });
    await path.deliver(event(GAP_MS, '7'));
    path.clock.set(Date.parse(endingAt) + HOUR_MS);
    await endSubscription(ID, path.meterDeps());
    expect(amounts()).toEqual([['09', 'rejected', undefined, '7']]);
  });
});
