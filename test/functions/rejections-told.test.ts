import { describe, expect, it } from '@jest/globals';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { answered, givenPath } from './a-scripted-path';
import { GRACE_MS } from './usage-path';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOUR = { subscriptionId: aSubscriptionId(1), dimension: 'events', hour: '2026-03-10T12' };

type Path = ReturnType<typeof givenPath>;

/** Meters every half hour until AWS's window has closed. */
async function meterToTheEnd(path: Path): Promise<void> {
  for (let minute = 0; minute <= 25 * 60; minute += 30)
    await path.meter({ at: NOON_MS + HOUR_MS + GRACE_MS + minute * MINUTE_MS });
}

describe('a usage event that is set aside', () => {
  it('sends one notice of a set-aside event, however often and in whatever batches it is delivered', async () => {
    const path = givenPath();
    const [bad, good] = [aUsageEvent({ quantity: '-1' }), aUsageEvent()];
    await path.deliver(bad);
    await path.deliver(good, bad, bad);
    expect(path.tables.noticesOf('UsageRejected')).toMatchObject([
      { kind: 'UsageRejected', subscriptionId: HOUR.subscriptionId, reason: 'quantityNegative' },
    ]);
  });

  it('sends a notice for each version that overwrote an event', async () => {
    const path = givenPath();
    const first = usageEventItem(aUsageEvent({ quantity: '5' }), 0);
    const over = (quantity: string) => path.change({ ...first, quantity: NumberValue.from(quantity) }, first);
    await path.aggregate([path.change(first), over('6'), over('7'), over('6')]);
    const told = { kind: 'UsageRejected', reason: 'overwritten', usageEventPk: first.pk };
    expect(path.tables.noticesOf('UsageRejected')).toMatchObject([told, told]);
  });

  it('dates the notice of a set-aside event with the current time', async () => {
    const path = givenPath();
    path.clock.set(NOON_MS + 90 * HOUR_MS);
    await path.deliver(aUsageEvent({ quantity: '-1' }));
    expect(path.tables.noticesOf('UsageRejected')).toMatchObject([{ time: '2026-03-14T06:00:00.000Z' }]);
  });
});

describe('an hour that is not billed', () => {
  it('sends a notice at once when AWS holds another quantity', async () => {
    const path = givenPath(answered({ kind: 'conflict' }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    await path.meter({ at: NOON_MS + 2 * HOUR_MS });
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      {
        kind: 'MeteringRejected',
        ...HOUR,
        outcome: 'rejected',
        reason: 'conflict',
        quantity: '3',
        subscriptionVersion: 1,
        record: { timestamp: '2026-03-10T12:00:00.000Z', quantity: 3 },
      },
    ]);
  });

  it('sends a notice when the window closes on a refusal, and not before', async () => {
    const path = givenPath(...Array.from({ length: 100 }, () => answered({ kind: 'notSubscribed' })));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.tables.noticesOf('MeteringRejected')).toEqual([]);
    await meterToTheEnd(path);
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      { ...HOUR, outcome: 'rejected', reason: 'notSubscribed' },
    ]);
  });

  it('sends a notice of unconfirmed usage when a send got no answer', async () => {
    const busy = Array.from({ length: 1000 }, () => ({ outcome: 'throttled' }) as const);
    const path = givenPath({ outcome: 'ambiguous', reason: 'TimeoutError' }, ...busy);
    await path.deliver(aUsageEvent());
    await meterToTheEnd(path);
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      { ...HOUR, outcome: 'unconfirmed', reason: 'noAnswer' },
    ]);
  });

  it('sends a notice with quantity and no record when an hour expires unsealed', async () => {
    const path = givenPath();
    path.unsendableUsage = 'expire';
    await path.deliver(aUsageEvent({ quantity: '8.5' }));
    await path.meter({ at: NOON_MS + 30 * HOUR_MS });
    const [notice] = path.tables.noticesOf('MeteringRejected');
    expect(notice).toMatchObject({ ...HOUR, outcome: 'expired', reason: 'windowClosed', quantity: '8.5' });
    expect(notice).not.toHaveProperty('record');
  });

  it('sends a notice when the subscription ends before AWS accepted the usage', async () => {
    const path = givenPath(...Array.from({ length: 100 }, () => ({ outcome: 'throttled' }) as const));
    path.givenSubscription({ state: 'ending', endingAt: new Date(NOON_MS).toISOString(), version: 6 });
    await path.deliver(aUsageEvent({ quantity: '2' }), aUsageEvent({ dimension: 'unlisted', quantity: '4' }));
    for (const minute of [1, 10, 60]) {
      path.clock.set(NOON_MS + minute * MINUTE_MS);
      await endSubscription(HOUR.subscriptionId, path.meterDeps());
    }
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      { dimension: 'events', outcome: 'expired', reason: 'unprocessed', quantity: '2', subscriptionVersion: 6 },
      { dimension: 'unlisted', outcome: 'expired', reason: 'subscriptionOver', quantity: '4' },
    ]);
  });

  it('sends no notice when usage is billed or carried after all', async () => {
    const path = givenPath();
    await path.deliver(aUsageEvent({ quantity: '3.5' }));
    await path.meter();
    await path.deliver(aUsageEvent({ quantity: '8', timeMs: NOON_MS + 2 * HOUR_MS }));
    await path.meter({ at: NOON_MS + 40 * HOUR_MS });
    expect(path.hours).toMatchObject({ '2026-03-10T12': ['billed', 3], '2026-03-10T14': ['carried', undefined] });
    expect(path.tables.noticesOf('MeteringRejected')).toEqual([]);
  });
});
