import { describe, expect, it } from '@jest/globals';
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
});
