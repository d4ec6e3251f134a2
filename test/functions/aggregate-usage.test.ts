import { beforeEach, describe, expect, it } from 'vitest';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { AGGREGATE_USAGE } from '../../lambdas/shared/contract/functions';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { RetryLaterError } from '../../lambdas/shared/domain/retry-later-error';
import { totalOf, type Fold } from '../../lambdas/shared/domain/usage-tally';
import { readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { aUsageEvent, HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { UsagePath } from './usage-path';

let path: UsagePath;

beforeEach(() => {
  path = new UsagePath();
});

async function foldOf(timeMs: number): Promise<Fold> {
  const hourKey = { subscriptionId: aSubscriptionId(1), dimension: 'events', hour: hourOf(timeMs) };
  const { hourlyUsage, usageTallies, clock } = path;
  return (await readFoldedHour(hourKey, { hourlyUsage, usageTallies, sleep: clock.sleep }))?.fold ?? new Map();
}

async function usedIn(timeMs: number): Promise<string> {
  return decimalText(totalOf(await foldOf(timeMs)));
}

/** The hours in which moved usage was used. */
async function usedInOthers(timeMs: number): Promise<string[]> {
  return [...(await foldOf(timeMs)).values()].flatMap(({ usedIn: hour }) => hour ?? []);
}

describe('aggregate-usage', () => {
  it('adds the events of a delivery to the hours in which they were used', async () => {
    expect(await path.deliver(aUsageEvent({ quantity: '0.1' }), aUsageEvent({ quantity: '0.2' }))).toEqual([]);
    expect(await usedIn(NOON_MS)).toBe('0.3');
  });

  it('writes one tally for a thousand events of one hour', async () => {
    await path.deliver(...Array.from({ length: 1000 }, () => aUsageEvent()));
    expect(path.tables.tallies).toHaveLength(1);
    expect(await usedIn(NOON_MS)).toBe('1000');
  });

  it('adds every event of a delivery that is too large for one tally', async () => {
    const events = Array.from({ length: 800 }, (_, n) => aUsageEvent({ id: `${n}`.padEnd(500, 'x') }));
    await path.deliver(...events);
    expect(path.tables.tallies).toHaveLength(2);
    expect(await usedIn(NOON_MS)).toBe('800');
  });

  it('counts an event once, however often and in whatever batches it is delivered', async () => {
    const [a, b, c] = [
      aUsageEvent({ quantity: '1' }),
      aUsageEvent({ quantity: '10' }),
      aUsageEvent({ quantity: '100' }),
    ];
    for (const delivery of [[a, b], [a, b], [a], [b, c], [c, b, a], [a, a]]) await path.deliver(...delivery);
    expect(await usedIn(NOON_MS)).toBe('111');
  });

  it('moves an event whose hour is sealed to the next open hour', async () => {
    await path.deliver(aUsageEvent({ quantity: '5' }));
    await path.meter();
    await path.deliver(aUsageEvent({ quantity: '2', receivedAtMs: NOON_MS + HOUR_MS + 600_000 }));
    expect(path.hours).toMatchObject({ '2026-03-10T12': ['billed', '5'], '2026-03-10T13': ['open', undefined] });
    expect(await usedIn(NOON_MS + HOUR_MS)).toBe('2');
    expect(path.counters.counts).toMatchObject({ UsageEventsMovedForward: 1 });
  });

  it('does not move an event that the sealed hour already holds', async () => {
    const [billed, late] = [aUsageEvent({ quantity: '5' }), aUsageEvent({ quantity: '2' })];
    await path.deliver(billed);
    await path.meter();
    await path.deliver(billed, late);
    await path.deliver(late, billed);
    expect(await usedIn(NOON_MS)).toBe('5');
    expect(await usedIn(NOON_MS + HOUR_MS)).toBe('2');
  });

  it('moves a late event past every sealed hour to the first open one', async () => {
    for (let hour = 0; hour < 4; hour += 1) await path.deliver(aUsageEvent({ timeMs: NOON_MS + hour * HOUR_MS }));
    await path.meter({ at: NOON_MS + 3 * HOUR_MS + 300_000 });
    const late = aUsageEvent({ quantity: '7', receivedAtMs: NOON_MS + 10 * HOUR_MS });
    await path.deliver(late);
    expect(await usedIn(NOON_MS + 3 * HOUR_MS)).toBe('8');
    expect(await usedInOthers(NOON_MS + 3 * HOUR_MS)).toEqual(['2026-03-10T12']);
    await path.meter({ at: NOON_MS + 4 * HOUR_MS + 300_000 });
    await path.deliver(late);
    expect(Object.values(path.hours).map(([, quantity]) => quantity)).toEqual(['1', '1', '1', '8']);
  });

  it('reads the tallies again when one that the hour counts is missing', async () => {
    path.givenTalliesOnly();
    const event = aUsageEvent({ quantity: '5' });
    await path.deliver(event);
    await path.deliver(aUsageEvent({ quantity: '1' }));
    await path.meter();
    const { ofHour } = path.usageTallies;
    let reads = 0;
    // A read-committed Query: the first reads miss part of what a transaction wrote.
    path.usageTallies.ofHour = async (hourKey) => {
      reads += 1;
      return (await ofHour.call(path.usageTallies, hourKey)).slice(reads <= 2 ? 2 : 0);
    };
    await path.deliver(event, aUsageEvent({ quantity: '3' }));
    expect(reads).toBe(3);
    path.usageTallies.ofHour = ofHour;
    expect(await usedIn(NOON_MS + HOUR_MS)).toBe('3');
  });

  it('asks for redelivery of only the failed events while a tally stays missing', async () => {
    path.givenTalliesOnly();
    const event = aUsageEvent({ quantity: '5' });
    await path.deliver(event);
    await path.meter();
    const other = aUsageEvent({ dimension: 'compute_hours' });
    path.usageTallies.ofHour = async () => [];
    const changes = [event, aUsageEvent(), other].map((each) => path.change(usageEventItem(each, 0)));
    expect(await path.aggregate(changes)).toEqual(changes.slice(0, 2).map((change) => change.sequenceNumber));
    expect(path.failures).toHaveLength(1);
  });

  it('tries again after a conflict with another write of the hour', async () => {
    const { add } = path.usageTallies;
    let conflicts = 3;
    path.usageTallies.add = async (...tally) => {
      conflicts -= 1;
      return conflicts >= 0 ? 'conflict' : add.call(path.usageTallies, ...tally);
    };
    expect(await path.deliver(aUsageEvent({ quantity: '5' }))).toEqual([]);
    expect(await usedIn(NOON_MS)).toBe('5');
  });

  it('asks for redelivery when the conflicts do not end', async () => {
    path.usageTallies.add = async () => 'conflict';
    expect(await path.deliver(aUsageEvent(), aUsageEvent())).toHaveLength(2);
    expect(path.failures).toHaveLength(1);
  });

  it('begins no tally without the time to end it, and asks for its events again', async () => {
    const changes = [aUsageEvent(), aUsageEvent()].map((event) => path.change(usageEventItem(event, 0)));
    const remainingMs = AGGREGATE_USAGE.stopBeforeTimeoutSeconds * 1000;
    expect(await path.aggregate(changes, { remainingMs })).toHaveLength(2);
    expect(path.failures).toHaveLength(1);
    expect(await path.aggregate(changes, { remainingMs: remainingMs + 1 })).toEqual([]);
  });

  it('judges lateness by the time of receipt, not of delivery', async () => {
    path.clock.set(NOON_MS + 300 * HOUR_MS);
    await path.deliver(aUsageEvent({ quantity: '4' }));
    expect(await usedIn(NOON_MS)).toBe('4');
    expect(path.tables.setAside).toEqual([]);
  });

  describe('setting events aside', () => {
    const good = () => usageEventItem(aUsageEvent(), 0);

    it.each([
      ['a missing quantity', { quantity: undefined }],
      ['a quantity that is not a number', { quantity: 'many' }],
      ['null as quantity', { quantity: null }],
      ['a list as dimension', { dimension: ['events'] }],
      ['a time without a time zone', { time: '2026-03-10T12:00:00' }],
      ['times beyond the year 9999', { time: '9999-12-31T23:59:59-23:59', receivedAt: '9999-12-31T23:59:59-23:59' }],
      ['no time of receipt', { receivedAt: undefined }],
      ['a key that does not match its fields', { pk: 'something else' }],
      ['tags that are not text', { tags: { Department: NumberValue.from('5') } }],
    ])('sets aside an item with %s as malformed, and counts the others', async (_, wrong) => {
      expect(await path.aggregate([path.change({ ...good(), ...wrong }), path.change(good())])).toEqual([]);
      expect(path.tables.setAside).toMatchObject([{ kind: 'setAside', reason: 'malformed' }]);
      expect(await usedIn(NOON_MS)).toBe('1');
      expect(path.counters.counts).toMatchObject({ UsageEventsSetAside: 1 });
    });

    it.each([
      ['quantityNegative', { quantity: '-1' }],
      ['quantityTooLarge', { quantity: '2147483648' }],
      ['quantityTooPrecise', { quantity: '0.0000000000000000001' }],
      ['timeInFuture', { receivedAtMs: NOON_MS - 600_000 }],
      ['tooLate', { receivedAtMs: NOON_MS + 25 * HOUR_MS }],
      ['tagInvalid', { tags: { Department: 'fünf' } }],
    ])('sets aside an event as %s, and counts the others', async (reason, wrong) => {
      await path.deliver(aUsageEvent(wrong), aUsageEvent());
      expect(path.tables.setAside).toMatchObject([{ kind: 'setAside', reason, subscriptionId: aSubscriptionId(1) }]);
      expect(await usedIn(NOON_MS)).toBe('1');
    });

    it('sets the same item aside once, with one notice, however often and in whatever batches it is delivered', async () => {
      const [bad, good] = [aUsageEvent({ quantity: '-1' }), aUsageEvent()];
      path.clock.set(NOON_MS + 90 * HOUR_MS);
      await path.deliver(bad);
      await path.deliver(good, bad, bad);
      expect(path.tables.setAside).toHaveLength(1);
      expect(path.counters.counts).toMatchObject({ UsageEventsSetAside: 1 });
      const told = { subscriptionId: aSubscriptionId(1), reason: 'quantityNegative', time: '2026-03-14T06:00:00.000Z' };
      expect(path.tables.noticesOf('UsageRejected')).toMatchObject([{ kind: 'UsageRejected', ...told }]);
    });

    it('sets nothing aside that an earlier delivery tallied under another lateness limit', async () => {
      const late = { receivedAtMs: NOON_MS + 20 * HOUR_MS };
      const [event, moved] = [aUsageEvent({ quantity: '6', ...late }), aUsageEvent({ quantity: '7', ...late })];
      await path.deliver(event);
      await path.meter();
      await path.deliver(moved);
      path.latenessHours = 10;
      await path.deliver(event, moved);
      expect(path.tables.setAside).toEqual([]);
      expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '6'], '2026-03-10T13': ['open', undefined] });
    });

    it('asks for redelivery of what it has no time to set aside, and does as much as it has time for at once', async () => {
      const changes = Array.from({ length: 30 }, () => path.change(usageEventItem(aUsageEvent({ quantity: '-1' }), 0)));
      const remainingMs = AGGREGATE_USAGE.stopBeforeTimeoutSeconds * 1000;
      expect(await path.aggregate(changes, { remainingMs })).toHaveLength(30);
      expect(path.failures).toEqual([new RetryLaterError('There was no time for 30 of 30 items to set aside.')]);
      expect(path.tables.setAside).toEqual([]);
      const waiting: (() => void)[] = [];
      path.tables.before = async ({ input }) => {
        if (waiting.length < 20 && JSON.stringify(input).includes('setAside#'))
          await new Promise<void>((go) => void waiting.push(go));
      };
      const done = path.aggregate(changes);
      await expect.poll(() => waiting.length).toBe(20);
      for (const go of waiting) go();
      expect(await done).toEqual([]);
      expect(path.tables.setAside).toHaveLength(30);
    });

    it('asks for redelivery of an event that it could not set aside', async () => {
      path.tables.before = async ({ input }) => {
        if (JSON.stringify(input).includes('setAside#')) throw new Error('throttled');
      };
      const changes = [aUsageEvent({ quantity: '-1' }), aUsageEvent()].map((event) =>
        path.change(usageEventItem(event, 0)),
      );
      expect(await path.aggregate(changes)).toEqual([changes[0]?.sequenceNumber]);
      expect(path.failures).toHaveLength(1);
      expect(path.counters.counts).toMatchObject({ UsageEventsTallied: 1, UsageEventsToRedeliver: 1 });
    });
  });

  it('records that an event was overwritten, with a notice of each version, and bills the first', async () => {
    path.givenSubscription({ agreementId: 'agmt-1' });
    const event = aUsageEvent({ quantity: '5' });
    const first = usageEventItem(event, 0);
    const over = (quantity: string) => path.change({ ...first, quantity: NumberValue.from(quantity) }, first);
    await path.aggregate([path.change(first), over('500'), over('500')]);
    expect(await usedIn(NOON_MS)).toBe('5');
    expect(path.tables.setAside).toMatchObject([
      { kind: 'overwritten', usageEventPk: first.pk, message: expect.stringContaining('quantity') },
    ]);
    expect(path.counters.counts).toMatchObject({ UsageEventsOverwritten: 1 });
    await path.aggregate([over('7'), over('500')]);
    const told = { kind: 'UsageRejected', reason: 'overwritten', agreementId: 'agmt-1', usageEventPk: first.pk };
    expect(path.tables.noticesOf('UsageRejected')).toMatchObject([told, told]);
  });

  it.each([
    ['dimension', 'compute_hours'],
    ['time', new Date(NOON_MS + HOUR_MS).toISOString()],
    ['tags', { Department: 'legal' }],
  ])('records that the %s of an event was overwritten', async (name, value) => {
    const first = usageEventItem(aUsageEvent(), 0);
    await path.aggregate([path.change({ ...first, [name]: value }, first)]);
    expect(path.tables.setAside).toMatchObject([{ kind: 'overwritten', message: expect.stringContaining(name) }]);
  });

  it('ignores a change that does not affect billing', async () => {
    const first = usageEventItem(aUsageEvent(), 0);
    await path.aggregate([path.change({ ...first, note: 'x' }, first)]);
    expect(path.tables.setAside).toEqual([]);
  });

  it('accepts a quantity that is a decimal text', async () => {
    await path.aggregate([path.change({ ...usageEventItem(aUsageEvent(), 0), quantity: '2.50' })]);
    expect(await usedIn(NOON_MS)).toBe('2.5');
  });
});
