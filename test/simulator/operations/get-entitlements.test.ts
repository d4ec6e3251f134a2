import { expect, it } from 'vitest';
import type { GetEntitlementsOutput } from '../../../simulator/operations/get-entitlements';
import { aProduct, aScene, answered, HOUR, outcomeOf, type Scene, type SceneOptions } from '../a-marketplace';

const ENTITLEMENTS = [
  { dimension: 'requests', value: { IntegerValue: 5000 } },
  { dimension: 'storage', value: { BooleanValue: true } },
];

function aContract(options: SceneOptions = {}): Scene {
  const endsAtMs = Date.parse('2027-01-01T00:00:00Z');
  return aScene({
    ...options,
    product: { pricingModel: 'contract', ...options.product },
    purchase: { entitlements: ENTITLEMENTS, endsAtMs, ...options.purchase },
  });
}

const entitled = ({ marketplace }: Scene, request: object = {}) =>
  answered<GetEntitlementsOutput>(marketplace, 'GetEntitlements', { ProductCode: 'analytics', ...request });
const refused = ({ marketplace }: Scene, request: object) =>
  outcomeOf(marketplace, 'GetEntitlements', { ProductCode: 'analytics', ...request });

it('returns one typed value and the expiration date for each dimension', () => {
  const scene = aContract();

  expect(entitled(scene).Entitlements).toEqual(
    ENTITLEMENTS.map(({ dimension, value }) => ({
      ProductCode: 'analytics',
      Dimension: dimension,
      CustomerAWSAccountId: scene.buyer.accountId,
      LicenseArn: scene.agreement.licenseArn,
      Value: value,
      ExpirationDate: Date.parse('2027-01-01T00:00:00Z') / 1000,
    })),
  );
});

it('unions the values of a filter and intersects the filters', () => {
  const scene = aContract();
  const { buyer } = scene;
  const count = (Filter: object) => entitled(scene, { Filter }).Entitlements.length;

  expect(count({ CUSTOMER_AWS_ACCOUNT_ID: ['444455556666', buyer.accountId] })).toBe(2);
  expect(count({ CUSTOMER_AWS_ACCOUNT_ID: [buyer.accountId], DIMENSION: ['storage'] })).toBe(1);
  expect(count({ CUSTOMER_AWS_ACCOUNT_ID: ['444455556666'], DIMENSION: ['storage'] })).toBe(0);
  expect(count({ LICENSE_ARN: [scene.agreement.licenseArn] })).toBe(2);
  expect(count({ LICENSE_ARN: ['arn:aws:license-manager::1:license:l-0'] })).toBe(0);
});

it('accepts the customer identifier filter only for legacy products', () => {
  const legacy = aContract({ product: { identityMode: 'legacy' } });
  const Filter = { CUSTOMER_IDENTIFIER: [legacy.buyer.customerIdentifier] };

  expect(entitled(legacy, { Filter }).Entitlements[0]).toMatchObject({
    CustomerIdentifier: legacy.buyer.customerIdentifier,
  });
  expect(refused(aContract(), { Filter })).toBe('InvalidParameterException');
});

it('returns entitlements in pages', () => {
  const scene = aContract();
  const { Entitlements, NextToken } = entitled(scene, { MaxResults: 1 });
  expect(Entitlements).toHaveLength(1);

  const second = entitled(scene, { MaxResults: 1, NextToken });

  expect(second.Entitlements.map(({ Dimension }) => Dimension)).toEqual(['storage']);
  expect(second.NextToken).toBeUndefined();
});

it('refuses the NextToken of another product', () => {
  const scene = aContract();
  scene.marketplace.addProduct(aProduct({ productCode: 'other' }));
  const { NextToken } = entitled(scene, { MaxResults: 1 });

  expect(refused(scene, { ProductCode: 'other', NextToken })).toBe('InvalidParameterException');
});

it('can return an empty page with a NextToken', () => {
  const scene = aContract();
  scene.marketplace.plantFault({ kind: 'emptyPage', next: 1 });
  const { Entitlements, NextToken } = entitled(scene);
  expect(Entitlements).toEqual([]);

  expect(entitled(scene, { NextToken }).Entitlements).toHaveLength(2);
});

it('returns no entitlements before the activation or after the end', () => {
  const pending = aContract({ purchase: { activationDelaySeconds: 250 * 3600 } });
  expect(entitled(pending).Entitlements).toEqual([]);
  pending.clock.advance(10 * HOUR);
  expect(entitled(pending).Entitlements).toHaveLength(2);

  pending.marketplace.endAgreement(pending.agreement.agreementId);

  expect(entitled(pending).Entitlements).toEqual([]);
});

it('returns no entitlements once the license is deprovisioned, even before the agreement ends', () => {
  const scene = aContract();

  scene.marketplace.deprovision(scene.agreement.agreementId);

  expect(entitled(scene).Entitlements).toEqual([]);
});

it('returns no entitlements of an expired contract unless it was renewed', () => {
  const scene = aContract();
  const renewed = scene.marketplace.renew(scene.agreement.agreementId, {
    endsAtMs: Date.parse('2028-01-01T00:00:00Z'),
    entitlements: ENTITLEMENTS.slice(0, 1),
  });
  scene.clock.set('2027-06-01T00:00:00Z');

  expect(entitled(scene).Entitlements).toMatchObject([{ Dimension: 'requests', LicenseArn: renewed.licenseArn }]);
  scene.clock.set('2028-01-01T00:00:00Z');
  expect(entitled(scene).Entitlements).toEqual([]);
});

it.each([
  ['an unknown product', { ProductCode: 'unknown' }, 'InvalidParameterException'],
  ['no product', { ProductCode: null }, 'InvalidParameterException'],
  ['more than 25 a page', { MaxResults: 26 }, 'InvalidParameterException'],
  ['a page size of 0', { MaxResults: 0 }, 'InvalidParameterException'],
  ['an unknown filter', { Filter: { COLOUR: ['red'] } }, 'InvalidParameterException'],
  ['a filter without values', { Filter: { DIMENSION: [] } }, 'InvalidParameterException'],
  ['a filter that is not a list', { Filter: { DIMENSION: 'requests' } }, 'SerializationException'],
  [
    'both customer filters',
    { Filter: { CUSTOMER_IDENTIFIER: ['x'], CUSTOMER_AWS_ACCOUNT_ID: ['1'] } },
    'InvalidParameterException',
  ],
  ['an account id with letters', { Filter: { CUSTOMER_AWS_ACCOUNT_ID: ['acme'] } }, 'InvalidParameterException'],
  ['an empty product code', { ProductCode: '' }, 'InvalidParameterException'],
  ['an empty NextToken', { NextToken: '' }, 'InvalidParameterException'],
  ['an invented NextToken', { NextToken: 'abc' }, 'InvalidParameterException'],
])('refuses GetEntitlements with %s', (_, request, type) => {
  expect(refused(aContract(), request)).toBe(type);
});
