import { describe, expect, it } from '@jest/globals';
import { aProduct, aScene, epochSeconds, HOUR, metered, meteringOutcome } from '../a-marketplace';

describe('the customer', () => {
  it('of a licence product is not accepted by identifier, even a known one', () => {
    const { marketplace, aRecord, buyer } = aScene();
    const record = aRecord({ CustomerAWSAccountId: null, CustomerIdentifier: buyer.customerIdentifier });

    expect(meteringOutcome(marketplace, [record])).toBe('InvalidCustomerIdentifierException');
  });

  it('of a legacy product is named by identifier or account id, and billed once', () => {
    const { marketplace, aRecord, buyer } = aScene({ product: { identityMode: 'legacy' } });
    const legacy = (members: object) => aRecord({ LicenseArn: undefined, CustomerAWSAccountId: undefined, ...members });
    const request = { ProductCode: 'analytics' };

    metered(marketplace, [legacy({ CustomerIdentifier: buyer.customerIdentifier })], request);
    metered(marketplace, [legacy({ CustomerAWSAccountId: buyer.accountId })], request);

    expect(marketplace.ledger()).toHaveLength(1);
  });

  it('is billed twice when metered in the legacy and in the licence form, and the ledger says so', () => {
    const { marketplace, aRecord, buyer } = aScene({ product: { identityMode: 'legacy' } });

    metered(marketplace, [aRecord()]);
    metered(marketplace, [aRecord({ LicenseArn: undefined })], { ProductCode: 'analytics' });

    expect(marketplace.ledgerTotals().map(({ form, quantity }) => [form, quantity])).toEqual([
      ['license', 10n],
      ['product', 10n],
    ]);
    const { accountId } = buyer;
    const twice = { productCode: 'analytics', accountId, dimension: 'requests', hour: '2026-11-15T11:00:00.000Z' };
    expect(marketplace.doubleBillings()).toEqual([twice]);
  });

  it('is billed once for each hour and dimension when one form follows the other', () => {
    const { marketplace, aRecord } = aScene({ product: { identityMode: 'legacy' } });
    const inHour = (time: string, members: object) => aRecord({ Timestamp: epochSeconds(time), ...members });
    const form = { ProductCode: 'analytics' };

    metered(marketplace, [inHour('2026-11-15T10:00:00Z', { LicenseArn: null })], form);
    metered(marketplace, [inHour('2026-11-15T11:00:00Z', {})]);
    metered(marketplace, [inHour('2026-11-15T10:00:00Z', { LicenseArn: null, Dimension: 'storage' })], form);

    expect(marketplace.ledger()).toHaveLength(3);
    expect(marketplace.doubleBillings()).toEqual([]);
  });

  it('is billed twice when a licence product is metered with and without ProductCode', () => {
    const { marketplace, aRecord } = aScene();

    metered(marketplace, [aRecord()]);
    metered(marketplace, [aRecord()], { ProductCode: 'analytics' });

    expect(marketplace.ledger()).toHaveLength(2);
  });

  it('of a licence product is not found by product code alone', () => {
    const { marketplace, aRecord } = aScene();

    expect(meteringOutcome(marketplace, [aRecord({ LicenseArn: null })], { ProductCode: 'analytics' })).toBe(
      'InvalidLicenseException',
    );
  });

  it('with an unknown identifier sinks the call', () => {
    const { marketplace, aRecord } = aScene({ product: { identityMode: 'legacy' } });
    const record = aRecord({ LicenseArn: null, CustomerAWSAccountId: null, CustomerIdentifier: 'nobody' });

    expect(meteringOutcome(marketplace, [record], { ProductCode: 'analytics' })).toBe(
      'InvalidCustomerIdentifierException',
    );
  });

  it('is looked for under a product code that is ours', () => {
    const { marketplace, aRecord } = aScene();
    marketplace.addProduct(aProduct({ productCode: 'other' }));

    for (const ProductCode of ['unknown', 'other']) {
      expect(meteringOutcome(marketplace, [aRecord()], { ProductCode })).toBe('InvalidProductCodeException');
    }
  });

  it('without a subscription is answered for the record alone', () => {
    const { marketplace, aRecord } = aScene({ product: { identityMode: 'legacy' } });
    const records = ['111122223333', '444455556666'].map((id) =>
      aRecord({ LicenseArn: null, CustomerAWSAccountId: id }),
    );

    const { Results } = metered(marketplace, records, { ProductCode: 'analytics' });

    expect(Results.map(({ Status }) => Status)).toEqual(['Success', 'CustomerNotSubscribed']);
    expect(marketplace.ledger()).toHaveLength(1);
  });

  it('who is suspended is not billed until the suspension is lifted', () => {
    const { marketplace, aRecord, buyer } = aScene();
    marketplace.suspendBuyer(buyer.accountId);
    expect(metered(marketplace, [aRecord()]).Results[0]?.Status).toBe('CustomerNotSubscribed');

    marketplace.suspendBuyer(buyer.accountId, false);

    expect(metered(marketplace, [aRecord()]).Results[0]?.Status).toBe('Success');
  });

  it('of a free trial is marked in the ledger', () => {
    const { marketplace, aRecord, buyer, clock } = aScene();
    const { offerId } = marketplace.freeTrialOffer('analytics');
    const { licenseArn } = marketplace.subscribe({ accountId: buyer.accountId, offerId });

    metered(marketplace, [aRecord({ LicenseArn: licenseArn, Timestamp: clock.now() / 1000 })]);

    expect(marketplace.ledger()[0]?.freeTrial).toBe(true);
  });
});

describe('the licence period', () => {
  it('starts with the activation, to the second', () => {
    const { marketplace, aRecord } = aScene({
      now: '2026-11-15T12:30:00.700Z',
      purchase: { activationDelaySeconds: 240 * 3600 },
    });
    const at = (time: string) => meteringOutcome(marketplace, [aRecord({ Timestamp: epochSeconds(time) })]);

    expect(at('2026-11-15T12:29:59Z')).toBe('InvalidLicenseException');
    expect(at('2026-11-15T12:30:00Z')).toBe('answered');
  });

  it('has not begun while the licence waits for its activation', () => {
    const { marketplace, aRecord } = aScene({ purchase: { activationDelaySeconds: 999 * 3600 } });

    expect(meteringOutcome(marketplace, [aRecord()])).toBe('InvalidLicenseException');
  });

  it('leaves one hour after the end for the last usage', () => {
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

  it('takes no usage from after the end', () => {
    const { marketplace, aRecord, agreement, clock } = aScene();
    marketplace.endAgreement(agreement.agreementId);
    clock.advance(60_000);

    expect(meteringOutcome(marketplace, [aRecord({ Timestamp: clock.now() / 1000 })])).toBe('InvalidLicenseException');
  });
});
