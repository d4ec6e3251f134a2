import { describe, expect, it } from 'vitest';
import { noticeSchema } from '../../lambdas/shared/contract/notices';
import {
  agreementToAskAbout,
  nextDetailsCheckMs,
  sameDetails,
  type AgreementDetails,
} from '../../lambdas/shared/domain/agreement-details';
import { toAgreementDetailsChanged } from '../../lambdas/shared/domain/agreement-notices';
import { aSubscription } from '../builders/a-subscription';

const DETAILS: AgreementDetails = {
  subscriptionId: 's-1',
  agreementId: 'agmt-1',
  checkedAt: '2026-11-02T10:00:00.000Z',
  offerId: 'offer-1',
  endsAt: '2027-11-02T00:00:00.000Z',
  freeTrialEndsAt: '2026-12-02T00:00:00.000Z',
  autoRenewal: true,
};

describe('the details of an agreement', () => {
  it('are the same when only the check is another one', () => {
    expect(sameDetails(DETAILS, { ...DETAILS, checkedAt: '2026-11-03T10:00:00.000Z' })).toBe(true);
    expect(sameDetails(undefined, DETAILS)).toBe(false);
  });

  it.each<Partial<AgreementDetails>>([
    { agreementId: 'agmt-2' },
    { offerId: 'offer-2' },
    { endsAt: '2028-11-02T00:00:00.000Z' },
    { freeTrialEndsAt: undefined },
    { autoRenewal: false },
  ])('differ in %j', (change) => {
    expect(sameDetails(DETAILS, { ...DETAILS, ...change })).toBe(false);
  });

  it('are asked for while the subscription lasts, once a day, because a buyer may change the renewal', () => {
    const asked = (['pending', 'active', 'ending', 'ended'] as const).map((state) =>
      agreementToAskAbout(aSubscription({ state, agreementId: 'agmt-1' })),
    );
    expect(asked).toEqual(['agmt-1', 'agmt-1', 'agmt-1', undefined]);
    expect(new Date(nextDetailsCheckMs(Date.parse(DETAILS.checkedAt))).toISOString()).toBe('2026-11-03T10:00:00.000Z');
  });

  it('have a notice for each check that found something new', () => {
    const subscription = aSubscription({ subscriptionId: 's-1', version: 4 });
    const notice = toAgreementDetailsChanged(DETAILS, subscription, '2026-11-02T10:00:01.000Z');
    const { productCode, customerAWSAccountId } = subscription;
    expect(noticeSchema.parse(notice)).toEqual({
      kind: 'AgreementDetailsChanged',
      schemaVersion: 1,
      noticeId: 's-1#agreement#2026-11-02T10:00:00.000Z',
      time: '2026-11-02T10:00:01.000Z',
      subscriptionVersion: 4,
      productCode,
      customerAWSAccountId,
      ...DETAILS,
    });
  });
});
