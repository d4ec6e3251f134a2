import { describe, expect, it } from '@jest/globals';
import { foldTallies, splitTally, talliesOf, totalOf, withoutEvents } from '../../lambdas/shared/domain/usage-tally';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';

describe('tallies', () => {
  it('sort a delivery by subscription, dimension and hour', () => {
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

  it('count an event that is delivered twice once, with its first quantity', () => {
    const event = aUsageEvent({ quantity: '3' });
    const [tally] = talliesOf([event, event, { ...event, quantity: aUsageEvent({ quantity: '9' }).quantity }]);
    expect(tally?.events.map(({ quantity }) => decimalText(quantity))).toEqual(['3']);
  });

  it('count an event of two overlapping tallies once', () => {
    const [a, b, c] = [
      aUsageEvent({ quantity: '1' }),
      aUsageEvent({ quantity: '10' }),
      aUsageEvent({ quantity: '100' }),
    ];
    const fold = foldTallies([...talliesOf([a, b]), ...talliesOf([b, c])]);
    expect(decimalText(totalOf(fold))).toBe('111');
  });

  it('keep equal ids of different sources apart', () => {
    const fold = foldTallies(talliesOf([aUsageEvent({ source: 'a', id: '1' }), aUsageEvent({ source: 'b', id: '1' })]));
    expect(fold.size).toBe(2);
  });

  it('keep apart what would look the same joined by the separator', () => {
    const pairs = [
      { source: 'a#b', id: 'c' },
      { source: 'a', id: 'b#c' },
      { source: 'a%23b', id: 'c' },
    ];
    expect(foldTallies(talliesOf(pairs.map((pair) => aUsageEvent(pair)))).size).toBe(3);
  });

  it('lose nothing and repeat nothing when they are split', () => {
    const [tally] = talliesOf(Array.from({ length: 500 }, () => aUsageEvent({ source: 'x'.repeat(100) })));
    if (tally === undefined) throw new Error('no tally');
    const parts = splitTally(tally, 5_000);
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.flatMap(({ events }) => events)).toEqual(tally.events);
    expect(Math.max(...parts.map(({ events }) => JSON.stringify(events).length))).toBeLessThan(20_000);
  });

  it('leave out what is already in an hour', () => {
    const [a, b] = [aUsageEvent(), aUsageEvent()];
    const [tally] = talliesOf([a, b]);
    const fold = foldTallies(talliesOf([a]));
    expect(tally && withoutEvents(tally, fold).events.map(({ key }) => key)).toEqual([`#${b.id}`]);
  });
});
