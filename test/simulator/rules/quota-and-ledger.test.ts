import { expect, it } from 'vitest';
import { aScene, HOUR, metered, meteringOutcome, outcomeOf } from '../a-marketplace';

it.each([
  ['BatchMeterUsage', 10, { UsageRecords: [] }],
  ['GetEntitlements', 20, { ProductCode: 'analytics' }],
] as const)('limits %s to %i calls a second', (operation, perSecond, input) => {
  const { marketplace, clock } = aScene();
  const outcomes = (count: number) => Array.from({ length: count }, () => outcomeOf(marketplace, operation, input));
  const allowed = Array.from({ length: perSecond }, () => 'answered');

  expect(outcomes(perSecond + 1)).toEqual([...allowed, 'ThrottlingException']);
  clock.advance(1000);
  expect(outcomes(perSecond + 1)).toEqual([...allowed, 'ThrottlingException']);
  clock.advance(1000 / perSecond);
  expect(outcomes(2)).toEqual(['answered', 'ThrottlingException']);
});

it('counts each operation against its own quota', () => {
  const { marketplace } = aScene();
  for (let call = 0; call < 11; call++) meteringOutcome(marketplace, []);

  expect(outcomeOf(marketplace, 'GetEntitlements', { ProductCode: 'analytics' })).toBe('answered');
});

it('refills the quota after the clock was set back', () => {
  const { marketplace, clock } = aScene();
  for (let call = 0; call < 10; call++) meteringOutcome(marketplace, []);
  clock.advance(-240 * HOUR);
  expect(meteringOutcome(marketplace, [])).toBe('ThrottlingException');

  clock.advance(100);

  expect(meteringOutcome(marketplace, [])).toBe('answered');
});

it('totals the ledger per customer, product and dimension beyond the largest safe integer', () => {
  const { marketplace, aRecord, clock, agreement } = aScene();
  const largest = 2_147_483_647;
  const HOURS = 5000;

  for (let hour = 0; hour < HOURS; hour++) {
    clock.advance(HOUR);
    metered(marketplace, [aRecord({ Timestamp: clock.now() / 1000, Quantity: largest })]);
  }

  expect(marketplace.ledgerTotals()).toEqual([
    {
      productCode: 'analytics',
      accountId: '111122223333',
      licenseArn: agreement.licenseArn,
      form: 'license',
      dimension: 'requests',
      records: HOURS,
      quantity: String(BigInt(largest) * BigInt(HOURS)),
    },
  ]);
});

it('records time, usage and metering record id of each billed record in the ledger', () => {
  const { marketplace, aRecord, agreement } = aScene();
  const [result] = metered(marketplace, [aRecord()]).Results;

  expect(marketplace.ledger()).toEqual([
    {
      meteringRecordId: result?.MeteringRecordId,
      form: 'license',
      productCode: 'analytics',
      accountId: '111122223333',
      licenseArn: agreement.licenseArn,
      dimension: 'requests',
      hour: '2026-11-15T11:00:00.000Z',
      timestamp: '2026-11-15T11:30:00.000Z',
      quantity: '10',
      allocations: [],
      billedAt: '2026-11-15T12:30:00.000Z',
      freeTrial: false,
    },
  ]);
});

it('counts calls by their outcome', () => {
  const { marketplace, aRecord } = aScene();
  metered(marketplace, [aRecord(), aRecord({ Dimension: 'storage' })]);
  metered(marketplace, [aRecord()], { ProductCode: 'analytics' });
  meteringOutcome(marketplace, [aRecord({ Dimension: 'unknown' })]);
  marketplace.plantFault({ kind: 'throttle', next: 1 });
  meteringOutcome(marketplace, [aRecord()]);

  expect(marketplace.callStatistics('BatchMeterUsage')).toEqual({
    calls: 4,
    answered: 2,
    throttled: 1,
    failed: 1,
    records: 5,
    largestBatch: 2,
    productCodes: ['analytics'],
  });
  expect(marketplace.calls().map(({ outcome }) => outcome)).toEqual([
    'answered',
    'answered',
    'InvalidUsageDimensionException',
    'ThrottlingException',
  ]);
});

it('produces the same ledger, events and buyers for the same seed and calls', () => {
  const run = () => {
    const { marketplace, aRecord, events } = aScene({ seed: 42 });
    metered(marketplace, [aRecord()]);
    return { ledger: marketplace.ledger(), events, buyers: marketplace.buyers() };
  };

  expect(run()).toEqual(run());
});
