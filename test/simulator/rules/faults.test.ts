import { describe, expect, it } from '@jest/globals';
import type { FaultKind } from '../../../simulator/rules/faults';
import { aScene, metered, meteringOutcome, outcomeOf, type Scene } from '../a-marketplace';

const records = ({ aRecord }: Scene) =>
  Array.from({ length: 10 }, (_, hour) =>
    aRecord({ Timestamp: Date.parse('2026-11-15T12:00:00Z') / 1000 - hour * 3600 }),
  );

describe('a planted fault', () => {
  it.each<[FaultKind, string, number]>([
    ['throttle', 'ThrottlingException', 0],
    ['disabledApi', 'DisabledApiException', 0],
    ['errorBeforeCommit', 'InternalServiceErrorException', 0],
    ['errorAfterCommit', 'InternalServiceErrorException', 1],
    ['dropBeforeCommit', 'dropped', 0],
    ['dropAfterCommit', 'dropped', 1],
    ['licenseNotActive', 'InvalidLicenseException', 0],
  ])('%s is answered %s and bills %i', (kind, outcome, billed) => {
    const { marketplace, aRecord } = aScene();
    marketplace.plantFault({ kind, operation: 'BatchMeterUsage', next: 1 });

    expect(meteringOutcome(marketplace, [aRecord()])).toBe(outcome);
    expect(marketplace.ledger()).toHaveLength(billed);
    expect(marketplace.faults()).toEqual([]);
    expect(meteringOutcome(marketplace, [aRecord()])).toBe('answered');
    expect(marketplace.ledger()).toHaveLength(1);
  });

  it('leaves some records unprocessed and unbilled', () => {
    const scene = aScene();
    scene.marketplace.plantFault({ kind: 'unprocessed', next: 1 });

    const { Results, UnprocessedRecords } = metered(scene.marketplace, records(scene));

    expect(UnprocessedRecords.length).toBeGreaterThan(0);
    expect(Results.length + UnprocessedRecords.length).toBe(10);
    expect(scene.marketplace.ledger()).toHaveLength(Results.length);
    metered(scene.marketplace, UnprocessedRecords);
    expect(scene.marketplace.ledger()).toHaveLength(10);
  });

  it('leaves at least one record unprocessed', () => {
    const { marketplace, aRecord } = aScene();
    marketplace.plantFault({ kind: 'unprocessed', next: 1, fraction: 0 });

    expect(metered(marketplace, [aRecord()]).UnprocessedRecords).toHaveLength(1);
  });

  it('answers some records as if the customer were not subscribed', () => {
    const { marketplace, aRecord } = aScene();
    marketplace.plantFault({ kind: 'customerNotSubscribed', next: 1, fraction: 1 });

    expect(metered(marketplace, [aRecord()]).Results[0]?.Status).toBe('CustomerNotSubscribed');
    expect(marketplace.ledger()).toEqual([]);
  });

  it('shuffles the results', () => {
    const scene = aScene();
    scene.marketplace.plantFault({ kind: 'reorder', next: 1 });
    const hours = (results: { UsageRecord: { Timestamp: number } }[]) => results.map((r) => r.UsageRecord.Timestamp);

    const shuffled = hours(metered(scene.marketplace, records(scene)).Results);
    const straight = hours(metered(scene.marketplace, records(scene)).Results);

    expect(shuffled).not.toEqual(straight);
    expect(shuffled.toSorted()).toEqual(straight.toSorted());
  });

  it('hits one operation, or all when none is named', () => {
    const { marketplace } = aScene();
    const entitlements = () => outcomeOf(marketplace, 'GetEntitlements', { ProductCode: 'analytics' });
    marketplace.plantFault({ kind: 'throttle', operation: 'ResolveCustomer', rate: 1 });
    expect(entitlements()).toBe('answered');

    marketplace.plantFault({ kind: 'throttle', rate: 1 });

    expect(entitlements()).toBe('ThrottlingException');
    marketplace.clearFaults();
    expect(entitlements()).toBe('answered');
  });

  it('hits at its rate, the same calls for the same seed', () => {
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
});
