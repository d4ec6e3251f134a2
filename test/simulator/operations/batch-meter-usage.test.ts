import { expect, it } from 'vitest';
import { aProduct, aScene, epochSeconds, HOUR, metered, meteringOutcome } from '../a-marketplace';

it('bills each record of a batch', () => {
  const { marketplace, aRecord } = aScene();

  const { Results, UnprocessedRecords } = metered(marketplace, [aRecord(), aRecord({ Dimension: 'storage' })]);

  expect(Results.map(({ Status }) => Status)).toEqual(['Success', 'Success']);
  expect(UnprocessedRecords).toEqual([]);
  expect(marketplace.ledger().map(({ dimension, quantity }) => [dimension, quantity])).toEqual([
    ['requests', '10'],
    ['storage', '10'],
  ]);
});

it('accepts at most 25 records in a batch', () => {
  const { marketplace, aRecord, clock } = aScene();
  const hours = Array.from({ length: 26 }, (_, index) => index);
  const records = hours.map((hour) => aRecord({ Timestamp: (clock.now() - (hour % 20) * HOUR) / 1000 }));

  expect(metered(marketplace, records.slice(0, 25)).Results).toHaveLength(25);
  expect(meteringOutcome(marketplace, records)).toBe('ValidationException');
});

it('refuses a request of 1 MB or more', () => {
  const { marketplace, aRecord } = aScene();
  const request = { UsageRecords: [aRecord()] };

  expect(marketplace.call('BatchMeterUsage', request, 1024 * 1024 - 1).kind).toBe('answered');
  expect(marketplace.call('BatchMeterUsage', request, 1024 * 1024)).toMatchObject({
    error: { type: 'RequestEntityTooLargeException' },
  });
});

it('accepts an empty batch', () => {
  expect(metered(aScene().marketplace, [])).toEqual({ Results: [], UnprocessedRecords: [] });
});

it('refuses a batch for two products', () => {
  const { marketplace, aRecord, buyer } = aScene();
  marketplace.addProduct(aProduct({ productCode: 'other' }));
  const { offerId } = marketplace.publicOffer('other');
  const { licenseArn } = marketplace.subscribe({ accountId: buyer.accountId, offerId });
  const now = { Timestamp: epochSeconds('2026-11-15T12:30:00Z'), LicenseArn: licenseArn };

  expect(meteringOutcome(marketplace, [aRecord(), aRecord(now)])).toBe('InvalidProductCodeException');
});

it('refuses a batch of records with and without a license', () => {
  const { marketplace, aRecord } = aScene({ product: { identityMode: 'legacy' } });
  const records = [aRecord(), aRecord({ LicenseArn: null, Dimension: 'storage' })];

  expect(meteringOutcome(marketplace, records, { ProductCode: 'analytics' })).toBe('InvalidLicenseException');
});

it.each([
  ['a quantity above 2,147,483,647', { Quantity: 2_147_483_648 }, 'ValidationException'],
  ['a negative quantity', { Quantity: -1 }, 'ValidationException'],
  ['a fraction', { Quantity: 1.5 }, 'SerializationException'],
  ['a quantity in quotes', { Quantity: '5' }, 'SerializationException'],
  ['a timestamp in ISO 8601', { Timestamp: '2026-11-15T12:00:00Z' }, 'SerializationException'],
  ['no timestamp', { Timestamp: undefined }, 'ValidationException'],
  ['no dimension', { Dimension: null }, 'ValidationException'],
  ['an empty dimension', { Dimension: '' }, 'ValidationException'],
  ['an account id with letters', { CustomerAWSAccountId: 'acme' }, 'ValidationException'],
  ['a malformed license ARN', { LicenseArn: 'l-1234' }, 'ValidationException'],
  ['a dimension in the wrong case', { Dimension: 'Requests' }, 'InvalidUsageDimensionException'],
  ['an unknown license', { LicenseArn: 'arn:aws:license-manager::1:license:l-0' }, 'InvalidLicenseException'],
  ["another customer's license", { CustomerAWSAccountId: '444455556666' }, 'InvalidLicenseException'],
  [
    'a customer identifier',
    { CustomerIdentifier: 'x', CustomerAWSAccountId: null },
    'InvalidCustomerIdentifierException',
  ],
  ['both a customer identifier and an account id', { CustomerIdentifier: 'x' }, 'InvalidCustomerIdentifierException'],
  ['neither a license nor a product code', { LicenseArn: null }, 'InvalidProductCodeException'],
])('bills nothing of a batch with %s', (_, members, type) => {
  const { marketplace, aRecord } = aScene();

  expect(meteringOutcome(marketplace, [aRecord({ Dimension: 'storage' }), aRecord(members)])).toBe(type);
  expect(marketplace.ledger()).toEqual([]);
});

it('accepts the largest quantity, and defaults it to zero', () => {
  const { marketplace, aRecord } = aScene();

  metered(marketplace, [aRecord({ Quantity: 2_147_483_647 }), aRecord({ Dimension: 'storage', Quantity: undefined })]);

  expect(marketplace.ledger().map(({ quantity }) => quantity)).toEqual(['2147483647', '0']);
});

it('bills identical records in an hour once and returns the same metering record id', () => {
  const { marketplace, aRecord } = aScene();
  const [first] = metered(marketplace, [aRecord({ Timestamp: epochSeconds('2026-11-15T11:00:00Z') })]).Results;

  const [again] = metered(marketplace, [aRecord({ Timestamp: epochSeconds('2026-11-15T11:59:59Z') })]).Results;

  expect(again).toMatchObject({ Status: 'Success', MeteringRecordId: first?.MeteringRecordId });
  expect(marketplace.ledger()).toHaveLength(1);
});

it('keeps the first quantity of an hour when another one follows', () => {
  const { marketplace, aRecord } = aScene();
  metered(marketplace, [aRecord()]);

  const [result] = metered(marketplace, [aRecord({ Quantity: 11 })]).Results;

  expect(result?.Status).toBe('DuplicateRecord');
  expect(result?.MeteringRecordId).toBeUndefined();
  expect(marketplace.ledger().map(({ quantity }) => quantity)).toEqual(['10']);
});

it('deduplicates records within one call', () => {
  const { marketplace, aRecord } = aScene();

  const { Results } = metered(marketplace, [aRecord(), aRecord(), aRecord({ Quantity: 1 })]);

  expect(Results.map(({ Status }) => Status)).toEqual(['Success', 'Success', 'DuplicateRecord']);
  expect(marketplace.ledger()).toHaveLength(1);
});

it('bills each hour, dimension and license of an account separately', () => {
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

it('accepts timestamps with a fraction of a second', () => {
  const { marketplace, aRecord } = aScene();

  metered(marketplace, [aRecord({ Timestamp: epochSeconds('2026-11-15T11:00:00.123Z') })]);

  expect(marketplace.ledger()[0]?.timestamp).toBe('2026-11-15T11:00:00.123Z');
});
