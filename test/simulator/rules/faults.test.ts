import { expect, it } from 'vitest';
import type { FaultKind } from '../../../simulator/rules/faults';
import { aScene, metered, meteringOutcome, outcomeOf, type Scene } from '../a-marketplace';

const records = ({ aRecord }: Scene) =>
  Array.from({ length: 10 }, (_, hour) =>
    aRecord({ Timestamp: Date.parse('2026-11-15T12:00:00Z') / 1000 - hour * 3600 }),
  );

it.each<[FaultKind, string, number]>([
  ['throttle', 'ThrottlingException', 0],
  ['disabledApi', 'DisabledApiException', 0],
  ['errorBeforeCommit', 'InternalServiceErrorException', 0],
  ['errorAfterCommit', 'InternalServiceErrorException', 1],
  ['dropBeforeCommit', 'dropped', 0],
  ['dropAfterCommit', 'dropped', 1],
  ['licenseNotActive', 'InvalidLicenseException', 0],
])('the fault %s makes a call end as %s and bills %i record(s)', (kind, outcome, billed) => {
  const { marketplace, aRecord } = aScene();
  marketplace.plantFault({ kind, operation: 'BatchMeterUsage', next: 1 });

  expect(meteringOutcome(marketplace, [aRecord()])).toBe(outcome);
  expect(marketplace.ledger()).toHaveLength(billed);
  expect(marketplace.faults()).toEqual([]);
  expect(meteringOutcome(marketplace, [aRecord()])).toBe('answered');
  expect(marketplace.ledger()).toHaveLength(1);
});

it('disables only APIs that declare DisabledApiException', () => {
  const { marketplace } = aScene();
  marketplace.plantFault({ kind: 'disabledApi', next: 1 });

  expect(outcomeOf(marketplace, 'GetEntitlements', { ProductCode: 'analytics' })).toBe('answered');
  expect(meteringOutcome(marketplace, [])).toBe('DisabledApiException');
});

it('the fault unprocessed leaves some records unprocessed and unbilled', () => {
  const scene = aScene();
  scene.marketplace.plantFault({ kind: 'unprocessed', next: 1 });

  const { Results, UnprocessedRecords } = metered(scene.marketplace, records(scene));

  expect(UnprocessedRecords.length).toBeGreaterThan(0);
  expect(Results.length + UnprocessedRecords.length).toBe(10);
  expect(scene.marketplace.ledger()).toHaveLength(Results.length);
  metered(scene.marketplace, UnprocessedRecords);
  expect(scene.marketplace.ledger()).toHaveLength(10);
});

it('the fault unprocessed affects at least one record', () => {
  const { marketplace, aRecord } = aScene();
  marketplace.plantFault({ kind: 'unprocessed', next: 1, fraction: 0 });

  expect(metered(marketplace, [aRecord()]).UnprocessedRecords).toHaveLength(1);
});

it('the fault customerNotSubscribed leaves the affected records unbilled', () => {
  const { marketplace, aRecord } = aScene();
  marketplace.plantFault({ kind: 'customerNotSubscribed', next: 1, fraction: 1 });

  expect(metered(marketplace, [aRecord()]).Results[0]?.Status).toBe('CustomerNotSubscribed');
  expect(marketplace.ledger()).toEqual([]);
});

it('the fault reorder shuffles the results', () => {
  const scene = aScene();
  scene.marketplace.plantFault({ kind: 'reorder', next: 1 });
  const hours = (results: { UsageRecord: { Timestamp: number } }[]) => results.map((r) => r.UsageRecord.Timestamp);

  const shuffled = hours(metered(scene.marketplace, records(scene)).Results);
  const straight = hours(metered(scene.marketplace, records(scene)).Results);

  expect(shuffled).not.toEqual(straight);
  expect(shuffled.toSorted()).toEqual(straight.toSorted());
});

it('a fault affects the operation it names, or all operations when it names none', () => {
  const { marketplace } = aScene();
  const entitlements = () => outcomeOf(marketplace, 'GetEntitlements', { ProductCode: 'analytics' });
  marketplace.plantFault({ kind: 'throttle', operation: 'ResolveCustomer', rate: 1 });
  expect(entitlements()).toBe('answered');

  marketplace.plantFault({ kind: 'throttle', rate: 1 });

  expect(entitlements()).toBe('ThrottlingException');
  marketplace.clearFaults();
  expect(entitlements()).toBe('answered');
});

it('a fault with a rate affects the same calls for the same seed', () => {
  const run = (seed: number) => {
    const { marketplace, aRecord, clock } = aScene({ seed });
    marketplace.plantFault({ kind: 'throttle', rate: 0.3 });
    return Array.from({ length: 200 }, () => {
      clock.advance(1000);
      return meteringOutcome(marketplace, [aRecord()]);
    });
  };
  const outcomes = run(7);

  expect(run(7)).toEqual(outcomes);
  expect(run(8)).not.toEqual(outcomes);
  const hits = outcomes.filter((outcome) => outcome === 'ThrottlingException').length;
  expect(hits).toBeGreaterThan(35);
  expect(hits).toBeLessThan(85);
});
