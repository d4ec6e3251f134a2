import { expect, it } from 'vitest';
import { LICENSE_ARN } from '../../../simulator/rules/limits';
import { aScene, HOUR, meteringOutcome } from '../a-marketplace';

it('names the renewed agreement in the event of the one that continues it', () => {
  const scene = aScene();
  const next = scene.marketplace.renew(scene.agreement.agreementId);
  scene.marketplace.changeEntitlements(next.agreementId, []);

  const agreements = scene.events.map(({ detail }) => detail.agreement);
  expect(agreements[2]).toMatchObject({ id: next.agreementId, previousAgreementId: scene.agreement.agreementId });
  expect(agreements[0]).not.toHaveProperty('previousAgreementId');
  expect(agreements[5]).not.toHaveProperty('previousAgreementId');
});

it('renews an agreement with a new license on request, and deprovisions the old license an hour later', () => {
  const scene = aScene();
  const { agreement: old, marketplace, clock } = scene;

  const next = marketplace.renew(old.agreementId, { newLicense: true, licenseArnShape: 'lic' });
  clock.advance(HOUR);
  marketplace.runDue();

  expect(next.licenseArn).toMatch(/:license:lic-[0-9a-f]{32}$/);
  expect(scene.events.slice(2)).toMatchObject([
    { detail: { agreement: { id: next.agreementId, intent: 'RENEW', previousAgreementId: old.agreementId } } },
    { detail: { agreement: { id: old.agreementId, status: 'RENEWED' } } },
    { detail: { license: { arn: next.licenseArn }, agreement: { id: next.agreementId } } },
    {
      'detail-type': 'License Deprovisioned - Manufacturer',
      detail: { license: { arn: old.licenseArn }, agreement: { id: old.agreementId } },
    },
  ]);
});

it('bills usage by the license that was active when the usage happened', () => {
  const { marketplace, agreement, aRecord, clock } = aScene();
  const { licenseArn } = marketplace.renew(agreement.agreementId, { newLicense: true });
  clock.advance(60_000);
  const now = clock.now() / 1000;
  const outcome = (members: Record<string, unknown>) => meteringOutcome(marketplace, [aRecord(members)]);

  expect(outcome({ Timestamp: now - 3600 })).toBe('answered');
  expect(outcome({ Timestamp: now, LicenseArn: licenseArn })).toBe('answered');
  expect(outcome({ Timestamp: now })).toBe('InvalidLicenseException');
  expect(outcome({ Timestamp: now - 3600, LicenseArn: licenseArn })).toBe('InvalidLicenseException');
});

it('refuses to deprovision a license by an agreement that no longer holds it', () => {
  const { marketplace, agreement } = aScene();
  const { agreementId } = marketplace.renew(agreement.agreementId);

  expect(() => marketplace.deprovision(agreement.agreementId)).toThrow(`continues under ${agreementId}`);
});

it('renews a contract for the same time when it ends and the buyer chose that', () => {
  const endsAtMs = Date.parse('2026-11-25T12:30:00Z');
  const { marketplace, agreement, clock } = aScene({ purchase: { endsAtMs, autoRenew: true } });
  clock.set('2026-12-26T00:00:00Z');
  marketplace.runDue();

  expect(
    marketplace.agreements().map(({ status, endsAtMs: ends = 0 }) => [status, new Date(ends).toISOString()]),
  ).toEqual([
    ['RENEWED', '2026-11-25T12:30:00.000Z'],
    ['RENEWED', '2026-12-15T12:30:00.000Z'],
    ['ACTIVE', '2027-01-04T12:30:00.000Z'],
  ]);
  expect(marketplace.agreements().every(({ licenseArn }) => licenseArn === agreement.licenseArn)).toBe(true);
});

it.each([
  ['hex', /:license:l-[0-9a-f]{32}$/],
  ['uuid', /:license:l-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ['lic', /:license:lic-[0-9a-f]{32}$/],
  ['slash', /:license\/lic-[0-9a-f]{32}$/],
] as const)('gives a license an ARN of the shape %s, and meters usage by it', (licenseArnShape, pattern) => {
  const { marketplace, agreement, aRecord } = aScene({ purchase: { licenseArnShape } });

  expect(agreement.licenseArn).toMatch(pattern);
  expect(agreement.licenseArn).toMatch(LICENSE_ARN);
  expect(meteringOutcome(marketplace, [aRecord()])).toBe('answered');
});

it('charges for usage from the end of a free trial on', () => {
  const { marketplace, buyer, clock, aRecord } = aScene();
  const { offerId } = marketplace.freeTrialOffer('analytics');
  const trialEndsAtMs = clock.now() + HOUR;
  const { licenseArn } = marketplace.subscribe({ accountId: buyer.accountId, offerId, trialEndsAtMs });
  clock.advance(2 * HOUR);
  const at = (ms: number, Dimension: string) => aRecord({ Timestamp: ms / 1000, LicenseArn: licenseArn, Dimension });
  marketplace.call('BatchMeterUsage', {
    UsageRecords: [at(trialEndsAtMs - 1000, 'requests'), at(trialEndsAtMs, 'storage')],
  });

  expect(marketplace.ledger().map(({ freeTrial }) => freeTrial)).toEqual([true, false]);
  expect(() => aScene({ purchase: { trialEndsAtMs } })).toThrow('is no free trial');
});
