import { describe, expect, it } from '@jest/globals';
import { HOUR_TRANSITIONS, stateAfterWindow, type HourState } from '../../lambdas/shared/domain/hourly-usage';

describe('the state of an hour', () => {
  const from = (state: HourState) => [...HOUR_TRANSITIONS[state]].sort();

  it('leaves open when it is decided what becomes of its usage', () => {
    expect(from('open')).toEqual(['carried', 'covered', 'expired', 'sealed']);
  });

  it('leaves sealed with the final answer of AWS, or when its window closes', () => {
    expect(from('sealed')).toEqual(['billed', 'carried', 'expired', 'rejected', 'unconfirmed']);
  });

  it('becomes billed even after its end, when the word of AWS arrives late', () => {
    expect(from('rejected')).toEqual(['billed']);
    expect(from('unconfirmed')).toEqual(['billed']);
  });

  it('is final otherwise: nothing is billed twice', () => {
    expect((['billed', 'covered', 'carried', 'expired'] as const).flatMap(from)).toEqual([]);
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
  ] as const)('is %s when %s', (state, _, seen) => {
    expect(stateAfterWindow(seen)).toBe(state);
  });
});

function lost(lastAnswer: 'unprocessed' | 'refused') {
  return { sends: 2, answers: 1, lastAnswer };
}
