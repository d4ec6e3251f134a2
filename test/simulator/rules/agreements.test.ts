import { expect, it } from 'vitest';
import * as z from 'zod';
import { toLicenseId } from '../../../lambdas/shared/domain/identity';
import { aScene, HOUR, type Scene } from '../a-marketplace';

const detailTypes = ({ events }: Scene) => events.map((event) => event['detail-type']);

it('publishes the agreement and license events of a purchase in the shapes that AWS sends', () => {
  const { events, agreement } = aScene({ now: '2026-11-15T12:30:00.700Z' });

  const envelope = {
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    source: 'aws.agreement-marketplace',
    account: '999999999999',
    time: '2026-11-05T12:30:00Z',
    region: 'us-east-1',
    resources: [`arn:aws:aws-marketplace::aws:agreement:${agreement.agreementId}`],
  };
  const parties = {
    requestId: expect.any(String),
    catalog: 'AWSMarketplace',
    acceptor: { accountId: '111122223333' },
    proposer: { accountId: '999999999999' },
    offer: { id: agreement.offerId },
  };
  expect(events).toEqual([
    {
      ...envelope,
      'detail-type': 'Purchase Agreement Created - Proposer',
      detail: {
        ...parties,
        agreement: {
          id: agreement.agreementId,
          intent: 'NEW',
          status: 'ACTIVE',
          acceptanceTime: '2026-11-05T12:30:00.000Z',
          startTime: '2026-11-05T12:30:00.000Z',
          endTime: '9999-01-01T00:00:00Z',
        },
        resaleAuthorization: { id: null },
      },
    },
    {
      ...envelope,
      'detail-type': 'License Updated - Manufacturer',
      detail: {
        ...parties,
        license: { arn: agreement.licenseArn },
        product: { id: expect.stringMatching(/^prod-/), code: 'analytics' },
        agreement: { id: agreement.agreementId },
      },
    },
  ]);
});

it('activates the license after the given delay and publishes its event then', () => {
  const scene = aScene({ purchase: { activationDelaySeconds: 241 * 3600 } });
  expect(detailTypes(scene)).toEqual(['Purchase Agreement Created - Proposer']);

  scene.clock.advance(5 * HOUR);
  scene.marketplace.runDue();

  expect(scene.events[1]).toMatchObject({
    'detail-type': 'License Updated - Manufacturer',
    time: '2026-11-15T13:30:00Z',
  });
});

it("names the channel partner as the proposer of an agreement from the partner's offer", () => {
  const { marketplace, events } = aScene();
  const { offerId } = marketplace.addOffer({
    productCode: 'analytics',
    name: 'Resale',
    channelPartnerAccountId: '777788889999',
  });

  marketplace.subscribe({ accountId: '111122223333', offerId });

  expect(events[2]).toMatchObject({
    'detail-type': 'Purchase Agreement Created - Manufacturer',
    detail: {
      proposer: { accountId: '777788889999' },
      resaleAuthorization: { id: expect.stringMatching(/^resaleauthz-/) },
    },
  });
});

it('allows a second agreement of the same account for a license product, not for a legacy product', () => {
  const again = (identityMode: 'license' | 'legacy') => {
    const { marketplace, agreement } = aScene({ product: { identityMode } });
    return () => marketplace.subscribe({ accountId: agreement.accountId, offerId: agreement.offerId });
  };

  expect(again('license')).not.toThrow();
  expect(again('legacy')).toThrow('Account 111122223333 already has an agreement for analytics.');
});

it('refuses entitlements to unknown dimensions', () => {
  const entitlements = [{ dimension: 'unknown', value: { IntegerValue: 1 } }];

  expect(() => aScene({ purchase: { entitlements } })).toThrow('Product analytics has no dimension unknown.');
});

it.each([
  ['withoutPrefix', /^aws:license-manager::\d{12}:license:l-/],
  ['bareId', /^arn:aws:license-manager::\d{12}:l-/],
  ['slash', /^arn:aws:license-manager::\d{12}:license\/l-/],
] as const)('writes the license ARN in events in the documented shape %s', (eventLicenseArn, shape) => {
  const { events, agreement } = aScene({ options: { eventLicenseArn } });
  const { license } = z.object({ license: z.object({ arn: z.string() }) }).parse(events[1]?.detail);

  expect(license.arn).toMatch(shape);
  expect(toLicenseId(license.arn)).toBe(toLicenseId(agreement.licenseArn));
});

it('writes the license ARN in events in a different shape each time', () => {
  const scene = aScene({ options: { eventLicenseArn: 'inTurn' } });
  const entitlements = [{ dimension: 'storage', value: { IntegerValue: 7 } }];
  for (let n = 0; n < 6; n += 1) scene.marketplace.changeEntitlements(scene.agreement.agreementId, entitlements);

  const arns = scene.events.flatMap(({ detail }) => ('license' in detail ? [JSON.stringify(detail.license)] : []));
  expect(new Set(arns).size).toBeGreaterThan(1);
});

it('activates a future-dated private offer on its start date, for its buyer only', () => {
  const { marketplace, clock, events, buyer } = aScene();
  const startsAtMs = clock.now() + 48 * HOUR;
  const terms = { productCode: 'analytics', name: 'Private', startsAtMs, buyerAccountId: buyer.accountId };
  const { offerId } = marketplace.addOffer(terms);
  const stranger = marketplace.addBuyer();

  const accepted = marketplace.subscribe({ accountId: buyer.accountId, offerId });
  expect(events.slice(2)).toMatchObject([
    {
      'detail-type': 'Purchase Agreement Created - Proposer',
      detail: { agreement: { acceptanceTime: '2026-11-15T12:30:00.000Z', startTime: '2026-11-17T12:30:00.000Z' } },
    },
  ]);
  clock.advance(48 * HOUR);
  marketplace.runDue();

  expect(accepted.activatedAtMs).toBe(startsAtMs);
  expect(() => marketplace.subscribe({ accountId: stranger.accountId, offerId })).toThrow('is a private offer');
  expect(marketplace.publicOffer('analytics').offerId).not.toBe(offerId);
});

it('never activates a subscription to a legacy product that fails', () => {
  const scene = aScene({ product: { identityMode: 'legacy' }, purchase: { fails: true } });

  expect(scene.agreement).toMatchObject({ status: 'TERMINATED' });
  expect(scene.agreement.activatedAtMs).toBeUndefined();
  const actions = scene.marketplace.notifications().map(({ message }) => JSON.parse(message).action);
  expect(actions).toEqual(['subscribe-fail']);
  expect(() => aScene({ purchase: { fails: true } })).toThrow('Only subscriptions to legacy products');
});

it('publishes the end of an agreement immediately and deprovisions the license an hour later', () => {
  const scene = aScene();
  scene.marketplace.endAgreement(scene.agreement.agreementId);
  expect(scene.events.at(-1)).toMatchObject({
    'detail-type': 'Purchase Agreement Ended - Proposer',
    time: '2026-11-15T12:30:00Z',
    detail: { agreement: { id: scene.agreement.agreementId, status: 'CANCELLED' } },
  });
  expect(detailTypes(scene)).toHaveLength(3);

  scene.clock.advance(HOUR);
  scene.marketplace.runDue();

  expect(scene.events.slice(3)).toMatchObject([
    { 'detail-type': 'License Deprovisioned - Manufacturer', time: '2026-11-15T13:30:00Z' },
  ]);
});

it('can deprovision the license before the agreement ends', () => {
  const scene = aScene();
  const { agreementId } = scene.agreement;

  scene.marketplace.deprovision(agreementId);
  scene.clock.advance(31_000);
  scene.marketplace.endAgreement(agreementId, { status: 'TERMINATED' });

  expect(detailTypes(scene).slice(2)).toEqual([
    'License Deprovisioned - Manufacturer',
    'Purchase Agreement Ended - Proposer',
  ]);
  expect(scene.agreement.endedAtMs).toBe(Date.parse('2026-11-15T12:30:00Z'));
  expect(() => scene.marketplace.endAgreement(agreementId)).toThrow('has ended (TERMINATED)');
});

it('ends an agreement when its contract expires', () => {
  const scene = aScene({ purchase: { endsAtMs: Date.parse('2026-11-16T00:00:00Z') } });
  scene.clock.set('2026-11-17T00:00:00Z');
  scene.marketplace.runDue();

  expect(scene.events.slice(2)).toMatchObject([
    { time: '2026-11-16T00:00:00Z', detail: { agreement: { status: 'EXPIRED' } } },
    { 'detail-type': 'License Deprovisioned - Manufacturer', time: '2026-11-16T01:00:00Z' },
  ]);
});

it('moves the license of a renewed agreement to the next agreement', () => {
  const scene = aScene();

  const next = scene.marketplace.renew(scene.agreement.agreementId);

  expect(next).toMatchObject({ licenseArn: scene.agreement.licenseArn, intent: 'RENEW', status: 'ACTIVE' });
  expect(scene.events.slice(2)).toMatchObject([
    { detail: { agreement: { id: next.agreementId, intent: 'RENEW' } } },
    { detail: { agreement: { id: scene.agreement.agreementId, status: 'RENEWED' } } },
    { 'detail-type': 'License Updated - Manufacturer', detail: { agreement: { id: next.agreementId } } },
  ]);
});

it('refuses to issue tokens for an agreement that has ended', () => {
  const { marketplace, agreement } = aScene();
  marketplace.endAgreement(agreement.agreementId);

  expect(() => marketplace.issueToken(agreement.agreementId)).toThrow('has ended (CANCELLED)');
});

it('publishes changed entitlements', () => {
  const scene = aScene({ product: { pricingModel: 'contract' } });
  const entitlements = [{ dimension: 'storage', value: { IntegerValue: 7 } }];

  scene.marketplace.changeEntitlements(scene.agreement.agreementId, entitlements);

  expect(scene.agreement.entitlements).toEqual(entitlements);
  expect(detailTypes(scene).slice(2)).toEqual([
    'Purchase Agreement Amended - Proposer',
    'License Updated - Manufacturer',
  ]);
  expect(scene.events[2]?.detail).toMatchObject({ agreement: { intent: 'AMEND', status: 'ACTIVE' } });
});
