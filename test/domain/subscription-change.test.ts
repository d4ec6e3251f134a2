import { describe, expect, it } from '@jest/globals';
import { noticeSchema } from '../../lambdas/shared/contract/notices';
import { toChange, toCompletion } from '../../lambdas/shared/domain/subscription-change';
import { aSubscription } from '../builders/a-subscription';

const NOW = '2026-11-02T12:00:00.000Z';

describe('A change of a subscription', () => {
  it('is none when nothing differs, whatever the order of the fields', () => {
    const before = aSubscription({ endingAt: undefined });
    const { state, ...others } = before;
    expect(toChange(before, { ...others, state }, NOW)).toBeUndefined();
  });

  it('raises the version by one', () => {
    const before = aSubscription({ version: 7 });
    expect(toChange(before, { ...before, freeTrial: true }, NOW)?.after.version).toBe(8);
    expect(toChange(undefined, { ...before, version: 0 }, NOW)?.after.version).toBe(1);
  });

  it('tells of an activation and of the beginning of the end', () => {
    const pending = aSubscription({ state: 'pending' });
    const activation = toChange(pending, { ...pending, state: 'active' }, NOW);
    expect(noticeSchema.parse(activation?.notice)).toMatchObject({ kind: 'SubscriptionActivated', version: 2 });
    const ending = { ...pending, state: 'ending', endingAt: '2026-11-02T11:00:00.000Z' } as const;
    const notice = noticeSchema.parse(toChange(pending, ending, NOW)?.notice);
    expect(notice).toMatchObject({ kind: 'SubscriptionEnding', endingAt: ending.endingAt, time: NOW });
  });

  it('tells of nothing when the state stays, or waits', () => {
    const active = aSubscription();
    expect(toChange(active, { ...active, freeTrial: true }, NOW)?.notice).toBeUndefined();
    expect(toChange(undefined, aSubscription({ state: 'pending' }), NOW)?.notice).toBeUndefined();
  });

  it('tells of a completed registration and changes nothing else', () => {
    const before = aSubscription({ version: 3 });
    const { after, notice } = toCompletion(before, NOW);
    expect(after).toEqual({ ...before, version: 4 });
    expect(noticeSchema.parse(notice)).toMatchObject({ kind: 'RegistrationCompleted', version: 4 });
  });
});
