import { describe, expect, it } from 'vitest';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { parseHour } from '../../lambdas/shared/domain/hour';
import {
  estimatedUsage,
  hourKeyOf,
  HOUR_TRANSITIONS,
  isCertainlyNotTaken,
  stateAfterWindow,
  storedTallies,
  type HourState,
  type OpenHour,
} from '../../lambdas/shared/domain/hourly-usage';

describe('the state of an hour', () => {
  const from = (state: HourState) => [...HOUR_TRANSITIONS[state]].sort();

  it('moves an open hour to the state that sealing decides', () => {
    expect(from('open')).toEqual(['carried', 'covered', 'expired', 'rejected', 'sealed', 'withheld']);
  });

  it("moves a sealed hour on with AWS's final answer, or when its window closes", () => {
    expect(from('sealed')).toEqual(['billed', 'carried', 'expired', 'rejected', 'unconfirmed']);
  });

  it("bills a rejected or unconfirmed hour when AWS's acceptance arrives late", () => {
    expect(from('rejected')).toEqual(['billed']);
    expect(from('unconfirmed')).toContain('billed');
  });

  it('carries an unconfirmed hour when the operator says that AWS does not bill it', () => {
    expect(from('unconfirmed')).toEqual(['billed', 'carried']);
  });

  it('keeps every other state of an hour final', () => {
    expect((['billed', 'covered', 'carried', 'withheld', 'expired'] as const).flatMap(from)).toEqual([]);
  });
});

describe('what a sealed hour becomes when the window of AWS closes', () => {
  it.each([
    ['expired', 'it was never sent', { sends: 0, answers: 0 }],
    ['expired', 'AWS was too busy each time', { sends: 2, answers: 2, lastAnswer: 'unprocessed' }],
    ['rejected', 'AWS refused it', { sends: 2, answers: 2, lastAnswer: 'notSubscribed' }],
    ['unconfirmed', 'an answer is missing', { sends: 1, answers: 0 }],
    ['unconfirmed', 'an answer is missing, though AWS was too busy later', lost('unprocessed')],
    ['unconfirmed', 'an answer is missing, though AWS refused it later', lost('refused')],
  ] as const)('gives an hour the state %s when its window closes: %s', (state, _, seen) => {
    expect(stateAfterWindow(seen)).toBe(state);
  });
});

describe('an open hour', () => {
  const hour = parseHour('2026-03-10T12');
  if (hour === undefined) throw new Error('This is no hour.');
  const hourKey = { subscriptionId: 's-1', dimension: 'events', hour };
  const open: OpenHour = { ...hourKey, state: 'open', tallies: 5 };

  it('has as many tallies beside it as changes, without those of its inline events', () => {
    expect([storedTallies(open), storedTallies({ ...open, inlineVersion: 2 })]).toEqual([5, 3]);
  });

  it('tells its usage without its tallies only if every change added its units up', () => {
    const units = decimal('2.5');
    expect(estimatedUsage({ ...open, units, summed: 5 })?.toString()).toBe('2.5');
    expect(estimatedUsage({ ...open, units, summed: 4 })).toBeUndefined();
    expect(estimatedUsage({ ...open, units })).toBeUndefined();
    expect(estimatedUsage({ ...open, tallies: 0 })?.toString()).toBe('0');
  });

  it('has a key of three parts', () => {
    expect(hourKeyOf(open)).toEqual(hourKey);
  });
});

describe('a sealed record', () => {
  it('was certainly not taken if every send has an answer', () => {
    const counts = [0, 1, 2].map((answers) => isCertainlyNotTaken({ sends: 2, answers }));
    expect([isCertainlyNotTaken({ sends: 0, answers: 0 }), ...counts]).toEqual([true, false, false, true]);
  });
});

function lost(lastAnswer: 'unprocessed' | 'refused') {
  return { sends: 2, answers: 1, lastAnswer };
}
