import { expect, it } from 'vitest';
import { ANNOUNCEMENT_KINDS, type AnnouncementKind } from '../../../simulator/rules/announcements';
import { aScene, HOUR, type Scene } from '../a-marketplace';

const END = Date.parse('2026-12-15T12:30:00Z');

function announced({ marketplace, agreement, events }: Scene, kind: AnnouncementKind) {
  marketplace.announce(agreement.agreementId, kind);
  return events.at(-1);
}

it.each<[AnnouncementKind, string, object]>([
  ['spendThresholdReached', 'Spend Threshold Reached', {}],
  ['spendThresholdVetSucceeded', 'Spend Threshold Vet Succeeded', {}],
  ['spendThresholdVetFailed', 'Spend Threshold Vet Failed', {}],
  [
    'advisoryIssued',
    'Purchase Agreement Advisory Issued - Manufacturer',
    { advisory: { issuedAt: '2026-11-15T12:30:00Z' } },
  ],
  [
    'advisoryResolved',
    'Purchase Agreement Advisory Resolved - Manufacturer',
    { advisory: { resolvedAt: '2026-11-15T12:30:00Z' } },
  ],
])('announces %s as AWS does, with the agreement, the product and the parties', (kind, detailType, more) => {
  const scene = aScene();
  const { agreementId, offerId } = scene.agreement;

  expect(announced(scene, kind)).toEqual({
    version: '0',
    id: expect.any(String),
    'detail-type': detailType,
    source: 'aws.agreement-marketplace',
    account: '999999999999',
    time: '2026-11-15T12:30:00Z',
    region: 'us-east-1',
    resources: [`arn:aws:aws-marketplace::aws:agreement:${agreementId}`],
    detail: {
      requestId: expect.any(String),
      catalog: 'AWSMarketplace',
      agreement: { id: agreementId },
      product: { id: expect.stringMatching(/^prod-/) },
      acceptor: { accountId: '111122223333' },
      proposer: { accountId: '999999999999' },
      offer: { id: offerId },
      ...more,
    },
  });
});

it('changes nothing when it announces', () => {
  const scene = aScene({ purchase: { endsAtMs: END } });
  const before = structuredClone(scene.agreement);
  for (const kind of ANNOUNCEMENT_KINDS) announced(scene, kind);

  expect(scene.agreement).toEqual(before);
});

it('announces no spending on a product that is sold by contract only', () => {
  const scene = aScene({ product: { pricingModel: 'contract' } });

  expect(() => announced(scene, 'spendThresholdReached')).toThrow('sold by contract only');
  expect(announced(scene, 'advisoryIssued')).toBeDefined();
});

it('announces the end and the renewal of a contract, and refuses to for an agreement without an end', () => {
  const scene = aScene({ purchase: { endsAtMs: END, autoRenew: true } });

  expect(announced(scene, 'ending')).toMatchObject({
    'detail-type': 'Purchase Agreement Ending - Proposer',
    detail: { agreement: { endTime: '2026-12-15T12:30:00Z', daysBeforeEndTime: 30, autoRenewalEnabled: true } },
  });
  expect(announced(scene, 'renewalUpcoming')).toMatchObject({
    'detail-type': 'Purchase Agreement Renewal Upcoming - Proposer',
    detail: { renewalSummary: { lockoutReached: true }, product: { title: 'Analytics' } },
  });
  expect(() => announced(aScene(), 'ending')).toThrow('has no end');
});

it('announces a cancellation request without the parties of an agreement event', () => {
  const scene = aScene();
  const event = announced(scene, 'cancellationRequested');

  expect(event).toMatchObject({
    'detail-type': 'Agreement Cancellation Request Pending Approval - Proposer',
    resources: [],
    detail: {
      agreement: { id: scene.agreement.agreementId, acceptorId: '111122223333' },
      agreementCancellationRequest: { statusCode: 'PENDING_APPROVAL', createdAt: '2026-11-15T12:30:00Z' },
    },
  });
  expect(event?.detail).not.toHaveProperty('acceptor');
});

it('can announce an advisory after the agreement has ended', () => {
  const scene = aScene();
  scene.marketplace.endAgreement(scene.agreement.agreementId);
  scene.clock.advance(2 * HOUR);

  expect(announced(scene, 'advisoryIssued')?.time).toBe('2026-11-15T14:30:00Z');
});
