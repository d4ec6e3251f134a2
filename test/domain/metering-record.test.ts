import { describe, expect, it } from 'vitest';
import {
  callNameOf,
  conflictInDoubt,
  doubted,
  type MeteringOutcome,
} from '../../lambdas/shared/domain/metering-record';
import { aSealedRecord } from '../builders/a-sealed-record';

describe('the call that a record belongs to', () => {
  it('has records of one product, one identity mode and one form of quantities', () => {
    const { record } = aSealedRecord();
    const legacy = { mode: 'legacy', customerIdentifier: 'c-1' } as const;
    const others = [{ productCode: 'other' }, { form: 'decimal' as const }, { customer: legacy }];
    const names = [{}, ...others].map((change) => callNameOf({ ...record, ...change }));
    expect(new Set(names).size).toBe(4);
    expect(callNameOf(aSealedRecord({ dimension: 'other', quantity: '9' }).record)).toBe(names[0]);
  });
});

describe('a conflict', () => {
  const conflict: MeteringOutcome = { kind: 'conflict' };

  const ALL_ANSWERED = { sends: 1, answers: 1 };
  const ONE_LOST = { sends: 2, answers: 1 };

  it.each([
    ['of a decimal record whose last send has no answer is in doubt', { ...ONE_LOST }, false],
    ['of a decimal record after a call of this run without a clear result is in doubt', { ...ALL_ANSWERED }, true],
  ])('%s', (_, sent, isUncertain) => {
    const record = { ...aSealedRecord({ form: 'decimal' }), ...sent };
    expect(conflictInDoubt(conflict, record, isUncertain)).toEqual({ kind: 'conflict', isInDoubt: true });
  });

  it('of a decimal record that AWS answered each time is certain, and of whole units always', () => {
    const answered = { ...aSealedRecord({ form: 'decimal' }), ...ALL_ANSWERED };
    expect(conflictInDoubt(conflict, answered, false)).toBe(conflict);
    expect(conflictInDoubt(conflict, { ...aSealedRecord({ form: 'whole' }), ...ONE_LOST }, true)).toBe(conflict);
  });

  it('is the only answer that can be in doubt', () => {
    const refused: MeteringOutcome = { kind: 'refused', reason: 'r' };
    expect(conflictInDoubt(refused, { ...aSealedRecord({ form: 'decimal' }), sends: 2 }, true)).toBe(refused);
  });
});

describe('after a call with an unknown result', () => {
  it.each<MeteringOutcome>([
    { kind: 'accepted', meteringRecordId: 'm-1' },
    { kind: 'echoDiffers', meteringRecordId: 'm-1', echoed: '0' },
    { kind: 'conflict' },
  ])('%j still proves what AWS did before', (outcome) => {
    expect(doubted(outcome)).toBe(outcome);
  });

  it.each<MeteringOutcome>([
    { kind: 'notSubscribed' },
    { kind: 'refused', reason: 'r' },
    { kind: 'unprocessed' },
    { kind: 'ambiguous' },
  ])('%j proves nothing about the send before', (outcome) => {
    expect(doubted(outcome)).toEqual({ kind: 'ambiguous' });
  });
});
