import { describe, expect, it } from 'vitest';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import {
  foldTallies,
  movedForward,
  quantityOf,
  splitTally,
  talliesOf,
  talliesOfFold,
  totalOf,
  totalsByUse,
  type UsageTally,
} from '../../lambdas/shared/domain/usage-tally';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';

describe('tallies', () => {
  it('groups a delivery by subscription, dimension and hour', () => {
    const tallies = talliesOf([
      aUsageEvent(),
      aUsageEvent({ dimension: 'compute_hours' }),
      aUsageEvent({ timeMs: NOON_MS + 3_600_000 }),
      aUsageEvent({ timeMs: NOON_MS + 3_599_999 }),
    ]);
    expect(tallies.map(({ dimension, hour, events }) => [dimension, hour, events.length])).toEqual([
      ['events', '2026-03-10T12', 2],
      ['compute_hours', '2026-03-10T12', 1],
      ['events', '2026-03-10T13', 1],
    ]);
  });

  it('counts an event once that is delivered twice, with its first quantity', () => {
    const event = aUsageEvent({ quantity: '3' });
    const [tally] = talliesOf([event, event, { ...event, quantity: aUsageEvent({ quantity: '9' }).quantity }]);
    expect(tally?.events.map(({ quantity }) => decimalText(quantity))).toEqual(['3']);
  });

  it('makes the same tallies of the same events in whatever order they were delivered', () => {
    const events = ['b', 'd', 'a', 'c'].map((id) => aUsageEvent({ id }));
    const [tally] = talliesOf(events);
    expect(tally?.events.map(({ key }) => key)).toEqual(['#a', '#b', '#c', '#d']);
    expect(talliesOf([...events].reverse())).toEqual([tally]);
  });

  it('counts an event of two overlapping tallies once', () => {
    const [a, b, c] = [
      aUsageEvent({ quantity: '1' }),
      aUsageEvent({ quantity: '10' }),
      aUsageEvent({ quantity: '100' }),
    ];
    const fold = foldTallies([...talliesOf([a, b]), ...talliesOf([b, c])]);
    expect(decimalText(totalOf(fold))).toBe('111');
  });

  it('keeps equal ids of different sources apart', () => {
    const fold = foldTallies(talliesOf([aUsageEvent({ source: 'a', id: '1' }), aUsageEvent({ source: 'b', id: '1' })]));
    expect(fold.size).toBe(2);
  });

  it('keeps events apart whose source and id would look the same when joined', () => {
    const pairs = [
      { source: 'a#b', id: 'c' },
      { source: 'a', id: 'b#c' },
      { source: 'a%23b', id: 'c' },
    ];
    expect(foldTallies(talliesOf(pairs.map((pair) => aUsageEvent(pair)))).size).toBe(3);
  });

  it('splits tallies without losing or repeating events', () => {
    const [tally] = talliesOf(Array.from({ length: 500 }, () => aUsageEvent({ source: 'x'.repeat(100) })));
    if (tally === undefined) throw new Error('no tally');
    const parts = splitTally(tally, 5_000);
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.flatMap(({ events }) => events)).toEqual(tally.events);
    expect(Math.max(...parts.map(({ events }) => JSON.stringify(events).length))).toBeLessThan(20_000);
  });

  it('splits tallies into as few parts as possible, none of them empty', () => {
    const plain = Array.from({ length: 5 }, (_, n) => aUsageEvent({ id: `${n}`.padStart(8, '0') }));
    const tagged = plain.map((event) => ({ ...event, tags: { Department: 'x' } }));
    const sizes = (events: typeof plain, maxBytes: number) =>
      talliesOf(events).flatMap((tally) => splitTally(tally, maxBytes).map((part) => part.events.length));
    // 9 bytes of key, 2 of tags, and 40 for the rest: 51 an event, and 67 with a tag.
    expect(sizes(plain, 2 * 51)).toEqual([2, 2, 1]);
    expect(sizes(plain, 2 * 51 - 1)).toEqual([1, 1, 1, 1, 1]);
    expect(sizes(tagged, 2 * 67)).toEqual([2, 2, 1]);
    expect(sizes(tagged, 2 * 67 - 1)).toEqual([1, 1, 1, 1, 1]);
    expect(sizes(plain, 1)).toEqual([1, 1, 1, 1, 1]);
    const [tally] = talliesOf(plain);
    expect(tally && splitTally({ ...tally, events: [] }, 100)).toEqual([]);
  });

  it('leaves out events that the hour contains already', () => {
    const [a, b] = [aUsageEvent(), aUsageEvent()];
    const [tally] = talliesOf([a, b]);
    const fold = foldTallies(talliesOf([a]));
    expect(tally && movedForward(tally, fold).events.map(({ key }) => key)).toEqual([`#${b.id}`]);
  });
});

describe('the fold of tallies', () => {
  const NOON = hourOf(NOON_MS);
  const before = hourOf(NOON_MS - 3_600_000);
  const tallyOf = (quantity: string, overrides: Partial<UsageTally> = {}): UsageTally[] =>
    talliesOf([aUsageEvent({ id: 'same', quantity })]).map((tally) => ({ ...tally, ...overrides }));

  it('folds the same of two tallies that disagree on an event, in whatever order they are read', () => {
    expect(decimalText(totalOf(foldTallies([...tallyOf('1'), ...tallyOf('2')])))).toBe('1');
    expect(decimalText(totalOf(foldTallies([...tallyOf('2'), ...tallyOf('1')])))).toBe('1');
  });

  it('separates usage of this hour from usage of earlier ones', () => {
    const late = talliesOf([aUsageEvent({ quantity: '4' }), aUsageEvent({ quantity: '0.5' })]);
    const fold = foldTallies([...tallyOf('3'), ...late.map((tally) => ({ ...tally, usedIn: before }))]);
    const byUse = [...totalsByUse(fold, NOON)].map(([hour, total]) => [hour, decimalText(total)]);
    expect(byUse).toEqual([
      [NOON, '3'],
      [before, '4.5'],
    ]);
    expect([...foldTallies(tallyOf('3')).values()].map((event) => 'usedIn' in event)).toEqual([false]);
  });

  it('becomes one tally for each hour of use, from which it can be made again', () => {
    const late = talliesOf([aUsageEvent({ id: 'b', quantity: '4' }), aUsageEvent({ id: 'a', quantity: '0.5' })]);
    const fold = foldTallies([...tallyOf('3'), ...late.map((tally) => ({ ...tally, usedIn: before }))]);
    const hourKey = { subscriptionId: 's-1', dimension: 'events', hour: NOON };
    const tallies = talliesOfFold(fold, hourKey);
    expect(tallies).toMatchObject([
      { ...hourKey, events: [{ key: '#same' }] },
      { ...hourKey, usedIn: before, events: [{ key: '#a' }, { key: '#b' }] },
    ]);
    expect(tallies.map((tally) => ['usedIn' in tally, decimalText(quantityOf(tally))])).toEqual([
      [false, '3'],
      [true, '4.5'],
    ]);
    expect(foldTallies(tallies)).toEqual(fold);
  });
});
