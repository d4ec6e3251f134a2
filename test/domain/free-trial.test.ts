import { describe, expect, it } from 'vitest';
import { freeTrialOf } from '../../lambdas/shared/domain/free-trial';
import { aSubscription } from '../builders/a-subscription';

const SINCE = '2026-11-02T10:00:00.000Z';

describe('a free trial, as it is shown', () => {
  it.each([
    ['only the browser says it', { freeTrial: true }, { freeTrial: true, freeTrialFrom: 'browser' }],
    ['AWS says it', { freeTrial: true, freeTrialSince: SINCE }, { freeTrial: true }],
    ['AWS denies it', { freeTrial: false, freeTrialSince: SINCE }, { freeTrial: false }],
    ['nobody says it', {}, { freeTrial: false }],
  ])('tells when %s', (_, facts, shown) => {
    expect(freeTrialOf(aSubscription(facts))).toEqual(shown);
  });

  const details = { subscriptionId: 's', agreementId: 'agmt-1', checkedAt: SINCE };
  const browser = { freeTrial: true, freeTrialFrom: 'browser' };

  it.each([
    ['denied by details without a trial', {}, { freeTrial: false }],
    [
      'confirmed by details with a trial that goes on',
      { freeTrialEndsAt: '2026-12-02T00:00:00Z' },
      { freeTrial: true },
    ],
    ['over with the trial in the details', { freeTrialEndsAt: SINCE }, { freeTrial: false }],
    ['not decided by another agreement', { agreementId: 'agmt-0' }, browser],
  ])('that the browser claims is %s', (_, told, shown) => {
    const claimed = aSubscription({ freeTrial: true, agreementId: 'agmt-1' });
    const asked = { details: { ...details, ...told }, nowMs: Date.parse(SINCE) };
    expect(freeTrialOf(claimed, asked)).toEqual(shown);
  });
});
