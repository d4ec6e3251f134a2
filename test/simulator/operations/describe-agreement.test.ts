import { expect, it } from 'vitest';
import type { DescribeAgreementOutput } from '../../../simulator/operations/describe-agreement';
import { aScene, answered, epochSeconds, outcomeOf, type Scene } from '../a-marketplace';

const described = ({ marketplace }: Scene, agreementId: string) =>
  answered<DescribeAgreementOutput>(marketplace, 'DescribeAgreement', { agreementId });

it('describes a pay-as-you-go agreement, which has no end', () => {
  const scene = aScene();
  const { agreement, marketplace } = scene;
  const [product] = marketplace.products();

  expect(described(scene, agreement.agreementId)).toEqual({
    agreementId: agreement.agreementId,
    agreementType: 'PurchaseAgreement',
    acceptor: { accountId: '111122223333' },
    proposer: { accountId: '999999999999' },
    acceptanceTime: epochSeconds('2026-11-05T12:30:00Z'),
    startTime: epochSeconds('2026-11-05T12:30:00Z'),
    status: 'ACTIVE',
    initialAgreementId: agreement.agreementId,
    proposalSummary: { offerId: agreement.offerId, resources: [{ id: product?.productId, type: 'SaaSProduct' }] },
  });
});

it('tells when a free trial ends, by default 30 days after its start', () => {
  const scene = aScene();
  const { offerId } = scene.marketplace.freeTrialOffer('analytics');
  const terms = { accountId: scene.buyer.accountId, offerId };
  const trialEnd = (trialEndsAtMs?: number) =>
    described(scene, scene.marketplace.subscribe({ ...terms, trialEndsAtMs }).agreementId).freeTrialSummary;

  expect(trialEnd()).toEqual({ trialEndTime: epochSeconds('2026-12-15T12:30:00Z') });
  expect(trialEnd(Date.parse('2026-12-01T00:00:00Z'))).toEqual({ trialEndTime: epochSeconds('2026-12-01T00:00:00Z') });
});

it('tells what happens when an active contract ends', () => {
  const endsAtMs = Date.parse('2027-01-01T00:00:00Z');
  const atEnd = (autoRenew?: boolean) => {
    const scene = aScene({ purchase: { endsAtMs, autoRenew } });
    const { endTime, endTimeBehavior } = described(scene, scene.agreement.agreementId);
    return { offerId: scene.agreement.offerId, endTime, endTimeBehavior };
  };
  const [renewed, optedOut, neverAsked] = [true, false, undefined].map(atEnd);

  expect(renewed).toMatchObject({ endTime: endsAtMs / 1000, endTimeBehavior: { type: 'RENEW' } });
  expect(renewed?.endTimeBehavior?.renewalSummary).toEqual({ offerId: renewed?.offerId });
  expect(optedOut?.endTimeBehavior).toMatchObject({ type: 'EXPIRE', reasonCode: 'ACCEPTOR_RENEW_OPTED_OUT' });
  expect(neverAsked?.endTimeBehavior).toEqual({ type: 'EXPIRE', reasonCode: 'NO_RENEWAL_TERM' });
});

it('traces renewals back to the first agreement', () => {
  const scene = aScene();
  const second = scene.marketplace.renew(scene.agreement.agreementId);
  const third = scene.marketplace.renew(second.agreementId, { newLicense: true });

  expect(described(scene, third.agreementId)).toMatchObject({
    status: 'ACTIVE',
    initialAgreementId: scene.agreement.agreementId,
  });
  expect(described(scene, second.agreementId)).toMatchObject({ status: 'RENEWED' });
});

it("names the channel partner as the proposer of the partner's offer", () => {
  const scene = aScene();
  const partner = { productCode: 'analytics', name: 'Resale', channelPartnerAccountId: '777788889999' };
  const { offerId } = scene.marketplace.addOffer(partner);
  const { agreementId } = scene.marketplace.subscribe({ accountId: scene.buyer.accountId, offerId });

  expect(described(scene, agreementId).proposer).toEqual({ accountId: '777788889999' });
});

it.each([
  ['an unknown agreement', 'agmt-none', 'ResourceNotFoundException'],
  ['a malformed id', 'agmt none', 'ValidationException'],
  ['an id of 65 characters', 'a'.repeat(65), 'ValidationException'],
  ['no id', null, 'ValidationException'],
  ['a number', 7, 'SerializationException'],
])('refuses DescribeAgreement with %s', (_, agreementId, type) => {
  expect(outcomeOf(aScene().marketplace, 'DescribeAgreement', { agreementId })).toBe(type);
});

it("fails with the Agreement service's own internal error", () => {
  const { marketplace, agreement } = aScene();
  marketplace.plantFault({ kind: 'errorBeforeCommit', next: 1 });

  expect(outcomeOf(marketplace, 'DescribeAgreement', { agreementId: agreement.agreementId })).toBe(
    'InternalServerException',
  );
});
