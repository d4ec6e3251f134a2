import { describe, expect, it } from 'vitest';
import { HOUR_TRANSITIONS, stateAfterWindow, type HourState } from '../../lambdas/shared/domain/hourly-usage';

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

function lost(lastAnswer: 'unprocessed' | 'refused') {
  return { sends: 2, answers: 1, lastAnswer };
}
