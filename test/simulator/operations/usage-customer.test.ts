import { expect, it } from 'vitest';
import { aProduct, aScene, epochSeconds, HOUR, metered, meteringOutcome } from '../a-marketplace';

it('refuses the customer identifier for a license product', () => {
  const { marketplace, aRecord, buyer } = aScene();
  const record = aRecord({ CustomerAWSAccountId: null, CustomerIdentifier: buyer.customerIdentifier });

  expect(meteringOutcome(marketplace, [record])).toBe('InvalidCustomerIdentifierException');
});

it('bills a legacy customer once when named by customer identifier and by account id', () => {
  const { marketplace, aRecord, buyer } = aScene({ product: { identityMode: 'legacy' } });
  const legacy = (members: object) => aRecord({ LicenseArn: undefined, CustomerAWSAccountId: undefined, ...members });
  const request = { ProductCode: 'analytics' };

  metered(marketplace, [legacy({ CustomerIdentifier: buyer.customerIdentifier })], request);
  metered(marketplace, [legacy({ CustomerAWSAccountId: buyer.accountId })], request);

  expect(marketplace.ledger()).toHaveLength(1);
});

it.each([
  ['accepted', 'answered'],
  ['refused', 'ValidationException'],
] as const)('a product code beside a license ARN is %s with the option for it', (productCodeWithLicense, outcome) => {
  const { marketplace, aRecord } = aScene({ options: { productCodeWithLicense } });

  expect(meteringOutcome(marketplace, [aRecord()], { ProductCode: 'analytics' })).toBe(outcome);
  expect(marketplace.ledger()).toHaveLength(outcome === 'answered' ? 1 : 0);
  expect(meteringOutcome(marketplace, [aRecord()])).toBe('answered');
});

it('bills an hour twice when metered by product code and by license, and reports it', () => {
  const { marketplace, aRecord, buyer } = aScene({ product: { identityMode: 'legacy' } });

  metered(marketplace, [aRecord()]);
  metered(marketplace, [aRecord({ LicenseArn: undefined })], { ProductCode: 'analytics' });

  expect(marketplace.ledgerTotals().map(({ form, quantity }) => [form, quantity])).toEqual([
    ['license', '10'],
    ['product', '10'],
  ]);
  const { accountId } = buyer;
  const twice = { productCode: 'analytics', accountId, dimension: 'requests', hour: '2026-11-15T11:00:00.000Z' };
  expect(marketplace.doubleBillings()).toEqual([twice]);
});

it('bills each hour once when a customer moves from product code to license', () => {
  const { marketplace, aRecord } = aScene({ product: { identityMode: 'legacy' } });
  const inHour = (time: string, members: object) => aRecord({ Timestamp: epochSeconds(time), ...members });
  const form = { ProductCode: 'analytics' };

  metered(marketplace, [inHour('2026-11-15T10:00:00Z', { LicenseArn: null })], form);
  metered(marketplace, [inHour('2026-11-15T11:00:00Z', {})]);
  metered(marketplace, [inHour('2026-11-15T10:00:00Z', { LicenseArn: null, Dimension: 'storage' })], form);

  expect(marketplace.ledger()).toHaveLength(3);
  expect(marketplace.doubleBillings()).toEqual([]);
});

it('bills an hour of a license product twice when metered with and without ProductCode', () => {
  const { marketplace, aRecord } = aScene();

  metered(marketplace, [aRecord()]);
  metered(marketplace, [aRecord()], { ProductCode: 'analytics' });

  expect(marketplace.ledger()).toHaveLength(2);
});

it('refuses usage of a license product without a license', () => {
  const { marketplace, aRecord } = aScene();

  expect(meteringOutcome(marketplace, [aRecord({ LicenseArn: null })], { ProductCode: 'analytics' })).toBe(
    'InvalidLicenseException',
  );
});

it('fails the call for an unknown customer identifier', () => {
  const { marketplace, aRecord } = aScene({ product: { identityMode: 'legacy' } });
  const record = aRecord({ LicenseArn: null, CustomerAWSAccountId: null, CustomerIdentifier: 'nobody' });

  expect(meteringOutcome(marketplace, [record], { ProductCode: 'analytics' })).toBe(
    'InvalidCustomerIdentifierException',
  );
});

it('refuses unknown product codes and those of another product', () => {
  const { marketplace, aRecord } = aScene();
  marketplace.addProduct(aProduct({ productCode: 'other' }));

  for (const ProductCode of ['unknown', 'other']) {
    expect(meteringOutcome(marketplace, [aRecord()], { ProductCode })).toBe('InvalidProductCodeException');
  }
});

it('answers CustomerNotSubscribed for a single record and bills the others', () => {
  const { marketplace, aRecord } = aScene({ product: { identityMode: 'legacy' } });
  const records = ['111122223333', '444455556666'].map((id) => aRecord({ LicenseArn: null, CustomerAWSAccountId: id }));

  const { Results } = metered(marketplace, records, { ProductCode: 'analytics' });

  expect(Results.map(({ Status }) => Status)).toEqual(['Success', 'CustomerNotSubscribed']);
  expect(marketplace.ledger()).toHaveLength(1);
});

it('bills a suspended customer only after reinstatement', () => {
  const { marketplace, aRecord, buyer } = aScene();
  marketplace.suspendBuyer(buyer.accountId);
  expect(metered(marketplace, [aRecord()]).Results[0]?.Status).toBe('CustomerNotSubscribed');

  marketplace.suspendBuyer(buyer.accountId, false);

  expect(metered(marketplace, [aRecord()]).Results[0]?.Status).toBe('Success');
});

it('marks usage of a free trial in the ledger', () => {
  const { marketplace, aRecord, buyer, clock } = aScene();
  const { offerId } = marketplace.freeTrialOffer('analytics');
  const { licenseArn } = marketplace.subscribe({ accountId: buyer.accountId, offerId });

  metered(marketplace, [aRecord({ LicenseArn: licenseArn, Timestamp: clock.now() / 1000 })]);

  expect(marketplace.ledger()[0]?.freeTrial).toBe(true);
});

it('accepts usage from the second of the activation', () => {
  const { marketplace, aRecord } = aScene({
    now: '2026-11-15T12:30:00.700Z',
    purchase: { activationDelaySeconds: 240 * 3600 },
  });
  const at = (time: string) => meteringOutcome(marketplace, [aRecord({ Timestamp: epochSeconds(time) })]);

  expect(at('2026-11-15T12:29:59Z')).toBe('InvalidLicenseException');
  expect(at('2026-11-15T12:30:00Z')).toBe('answered');
});

it('refuses usage of a license that is not active yet', () => {
  const { marketplace, aRecord } = aScene({ purchase: { activationDelaySeconds: 999 * 3600 } });

  expect(meteringOutcome(marketplace, [aRecord()])).toBe('InvalidLicenseException');
});

it('accepts final usage for one hour after the end of the agreement', () => {
  const { marketplace, aRecord, agreement, clock } = aScene();
  marketplace.endAgreement(agreement.agreementId);
  const unfinishedHour = (quantity: number, dimension: string) =>
    metered(marketplace, [
      aRecord({ Timestamp: epochSeconds('2026-11-15T12:00:00Z'), Dimension: dimension, Quantity: quantity }),
    ]).Results[0]?.Status;

  clock.advance(HOUR - 1);
  expect(unfinishedHour(1, 'requests')).toBe('Success');
  clock.advance(1);
  expect(unfinishedHour(2, 'storage')).toBe('CustomerNotSubscribed');
  expect(unfinishedHour(1, 'requests')).toBe('Success');
});

it('refuses usage later than the end of the agreement', () => {
  const { marketplace, aRecord, agreement, clock } = aScene();
  marketplace.endAgreement(agreement.agreementId);
  clock.advance(60_000);

  expect(meteringOutcome(marketplace, [aRecord({ Timestamp: clock.now() / 1000 })])).toBe('InvalidLicenseException');
});
