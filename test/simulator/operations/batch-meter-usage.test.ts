import { describe, expect, it } from '@jest/globals';
import { aProduct, aScene, epochSeconds, HOUR, metered, meteringOutcome } from '../a-marketplace';

describe('a batch', () => {
  it('is billed record by record', () => {
    const { marketplace, aRecord } = aScene();

    const { Results, UnprocessedRecords } = metered(marketplace, [aRecord(), aRecord({ Dimension: 'storage' })]);

    expect(Results.map(({ Status }) => Status)).toEqual(['Success', 'Success']);
    expect(UnprocessedRecords).toEqual([]);
    expect(marketplace.ledger().map(({ dimension, quantity }) => [dimension, quantity])).toEqual([
      ['requests', 10],
      ['storage', 10],
    ]);
  });

  it('holds up to 25 records', () => {
    const { marketplace, aRecord, clock } = aScene();
    const hours = Array.from({ length: 26 }, (_, index) => index);
    const records = hours.map((hour) => aRecord({ Timestamp: (clock.now() - (hour % 20) * HOUR) / 1000 }));

    expect(metered(marketplace, records.slice(0, 25)).Results).toHaveLength(25);
    expect(meteringOutcome(marketplace, records)).toBe('ValidationException');
  });

  it('is refused from 1 MB on', () => {
    const { marketplace, aRecord } = aScene();
    const request = { UsageRecords: [aRecord()] };

    expect(marketplace.call('BatchMeterUsage', request, 1024 * 1024 - 1).kind).toBe('answered');
    expect(marketplace.call('BatchMeterUsage', request, 1024 * 1024)).toMatchObject({
      error: { type: 'RequestEntityTooLargeException' },
    });
  });

  it('may be empty', () => {
    expect(metered(aScene().marketplace, [])).toEqual({ Results: [], UnprocessedRecords: [] });
  });

  it('is for one product only', () => {
    const { marketplace, aRecord, buyer } = aScene();
    marketplace.addProduct(aProduct({ productCode: 'other' }));
    const { offerId } = marketplace.publicOffer('other');
    const { licenseArn } = marketplace.subscribe({ accountId: buyer.accountId, offerId });
    const now = { Timestamp: epochSeconds('2026-11-15T12:30:00Z'), LicenseArn: licenseArn };

    expect(meteringOutcome(marketplace, [aRecord(), aRecord(now)])).toBe('InvalidProductCodeException');
  });

  it('holds records with a licence, or records without', () => {
    const { marketplace, aRecord } = aScene({ product: { identityMode: 'legacy' } });
    const records = [aRecord(), aRecord({ LicenseArn: null, Dimension: 'storage' })];

    expect(meteringOutcome(marketplace, records, { ProductCode: 'analytics' })).toBe('InvalidLicenseException');
  });

  it.each([
    ['a quantity above 2,147,483,647', { Quantity: 2_147_483_648 }, 'ValidationException'],
    ['a negative quantity', { Quantity: -1 }, 'ValidationException'],
    ['a fraction', { Quantity: 1.5 }, 'SerializationException'],
    ['a quantity in quotes', { Quantity: '5' }, 'SerializationException'],
    ['a time in words', { Timestamp: '2026-11-15T12:00:00Z' }, 'SerializationException'],
    ['no time', { Timestamp: undefined }, 'ValidationException'],
    ['no dimension', { Dimension: null }, 'ValidationException'],
    ['an empty dimension', { Dimension: '' }, 'ValidationException'],
    ['an account id with letters', { CustomerAWSAccountId: 'acme' }, 'ValidationException'],
    ['a licence ARN that is none', { LicenseArn: 'l-1234' }, 'ValidationException'],
    ['a dimension in other case', { Dimension: 'Requests' }, 'InvalidUsageDimensionException'],
    ['a licence nobody has', { LicenseArn: 'arn:aws:license-manager::1:license:l-0' }, 'InvalidLicenseException'],
    ["another customer's licence", { CustomerAWSAccountId: '444455556666' }, 'InvalidLicenseException'],
    [
      'a customer identifier',
      { CustomerIdentifier: 'x', CustomerAWSAccountId: null },
      'InvalidCustomerIdentifierException',
    ],
    ['two identities', { CustomerIdentifier: 'x' }, 'InvalidCustomerIdentifierException'],
    ['no product at all', { LicenseArn: null }, 'InvalidProductCodeException'],
  ])('is refused whole for %s', (_, members, type) => {
    const { marketplace, aRecord } = aScene();

    expect(meteringOutcome(marketplace, [aRecord({ Dimension: 'storage' }), aRecord(members)])).toBe(type);
    expect(marketplace.ledger()).toEqual([]);
  });

  it('takes the largest quantity, and none as zero', () => {
    const { marketplace, aRecord } = aScene();

    metered(marketplace, [
      aRecord({ Quantity: 2_147_483_647 }),
      aRecord({ Dimension: 'storage', Quantity: undefined }),
    ]);

    expect(marketplace.ledger().map(({ quantity }) => quantity)).toEqual([2_147_483_647, 0]);
  });
});

describe('the hour', () => {
  it('bills an identical record once and answers with the same id, whatever the minute', () => {
    const { marketplace, aRecord } = aScene();
    const [first] = metered(marketplace, [aRecord({ Timestamp: epochSeconds('2026-11-15T11:00:00Z') })]).Results;

    const [again] = metered(marketplace, [aRecord({ Timestamp: epochSeconds('2026-11-15T11:59:59Z') })]).Results;

    expect(again).toMatchObject({ Status: 'Success', MeteringRecordId: first?.MeteringRecordId });
    expect(marketplace.ledger()).toHaveLength(1);
  });

  it('lets the first quantity stand when another one comes', () => {
    const { marketplace, aRecord } = aScene();
    metered(marketplace, [aRecord()]);

    const [result] = metered(marketplace, [aRecord({ Quantity: 11 })]).Results;

    expect(result?.Status).toBe('DuplicateRecord');
    expect(result?.MeteringRecordId).toBeUndefined();
    expect(marketplace.ledger().map(({ quantity }) => quantity)).toEqual([10]);
  });

  it('deduplicates within one call, too', () => {
    const { marketplace, aRecord } = aScene();

    const { Results } = metered(marketplace, [aRecord(), aRecord(), aRecord({ Quantity: 1 })]);

    expect(Results.map(({ Status }) => Status)).toEqual(['Success', 'Success', 'DuplicateRecord']);
    expect(marketplace.ledger()).toHaveLength(1);
  });

  it('tells two hours, dimensions and licences of one account apart', () => {
    const { marketplace, aRecord, buyer, clock } = aScene();
    const second = marketplace.subscribe({
      accountId: buyer.accountId,
      offerId: marketplace.publicOffer('analytics').offerId,
    });
    clock.advance(HOUR);

    metered(marketplace, [
      aRecord(),
      aRecord({ Dimension: 'storage' }),
      aRecord({ Timestamp: clock.now() / 1000 }),
      aRecord({ Timestamp: clock.now() / 1000, LicenseArn: second.licenseArn }),
    ]);

    expect(marketplace.ledger()).toHaveLength(4);
  });

  it('takes fractional timestamps', () => {
    const { marketplace, aRecord } = aScene();

    metered(marketplace, [aRecord({ Timestamp: epochSeconds('2026-11-15T11:00:00.123Z') })]);

    expect(marketplace.ledger()[0]?.timestamp).toBe('2026-11-15T11:00:00.123Z');
  });
});
