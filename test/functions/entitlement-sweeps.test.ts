import { GetEntitlementsCommand } from '@aws-sdk/client-marketplace-entitlement-service';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { refreshDue } from '../../lambdas/refresh-entitlements/refresh-entitlements';
import { anEntitlement } from '../builders/an-entitlement';
import { givenVerb, NOW_MS } from './an-entitlement-check';

const HOUR_MS = 3_600_000;

describe('a sweep of the entitlements that are due', () => {
  it('leaves a fifth of the quota, which AWS counts by account, to the other applications of the seller', async () => {
    const { wired, entitlementService, clock } = givenVerb();
    const askedAtMs: number[] = [];
    mockClient(entitlementService)
      .on(GetEntitlementsCommand)
      .callsFake(() => {
        askedAtMs.push(clock.now());
        return { Entitlements: [] };
      });
    const owner = { kind: 'license', productCode: 'p', licenseArn: 'arn:aws:l-1' } as const;
    for (let n = 0; n < 5; n += 1) await wired.marketplace.getEntitlements(owner);
    // AWS allows 20 a second.
    const gaps = askedAtMs.slice(1).map((at, n) => at - (askedAtMs[n] ?? NaN));
    expect(gaps).toEqual([62.5, 62.5, 62.5, 62.5]);
  });

  it('counts what is due, and what AWS left unanswered by its oldest check, failures among it', async () => {
    const { given, changed, answers, clock, deps, counters } = givenVerb();
    const [first, second] = [given(), given()];
    await changed(first);
    clock.set(NOW_MS + 2 * HOUR_MS);
    await changed(second);
    clock.set(NOW_MS + 27 * HOUR_MS);
    answers((owner) => {
      if (owner.kind === 'license' && owner.licenseArn === first.licenseArn) throw new Error('bug');
      return { outcome: 'throttled' };
    });
    await refreshDue(deps);
    expect(counters.counts).toMatchObject({
      EntitlementChecksDue: 2,
      EntitlementChecksUnanswered: 2,
      OldestUnansweredCheckSeconds: 27 * 3600,
      'Entitlements.failed': 1,
      'Entitlements.postponed': 1,
    });
  });

  it('counts zeros of what did not happen, because an alarm cannot watch a missing metric', async () => {
    const { deps, counters } = givenVerb();
    await refreshDue(deps);
    for (const answer of ['throttled', 'unavailable', 'misconfigured', 'unreadable'])
      expect(counters.counts).toMatchObject({ [`EntitlementAnswers.${answer}`]: 0, 'Entitlements.failed': 0 });
  });

  it('finds a product that is no longer configured due once a day, not each time', async () => {
    const { given, changed, clock, deps, counters } = givenVerb();
    await changed(given());
    clock.set(NOW_MS + 25 * HOUR_MS);
    const without = { ...deps, products: new Map() };
    await refreshDue(without);
    await refreshDue(without);
    expect(counters.counts.EntitlementChecksDue).toBe(1);
    clock.set(NOW_MS + 49 * HOUR_MS);
    await refreshDue(without);
    expect(counters.counts.EntitlementChecksDue).toBe(2);
  });

  it('asks again when the entitlements expire that AWS has just listed', async () => {
    const { given, changed, lists, clock, deps, asked } = givenVerb();
    lists(anEntitlement({ expiresAt: new Date(NOW_MS + 2 * HOUR_MS).toISOString() }));
    await changed(given());
    clock.set(NOW_MS + 2 * HOUR_MS);
    await refreshDue(deps);
    expect(asked).toHaveLength(2);
  });

  it('stores the answer although another writer came in between', async () => {
    const { given, changed, lists, deps, known, tables } = givenVerb();
    const { entitlements } = deps;
    const save = entitlements.save.bind(entitlements);
    let saves = 0;
    entitlements.save = async (checked) => ((saves += 1) === 1 ? 'conflict' : save(checked));
    lists(anEntitlement());
    const subscription = given();
    await changed(subscription);
    expect((await known(subscription))?.entitlements).toEqual([anEntitlement()]);
    expect(tables.noticesOf('EntitlementsChanged')).toHaveLength(1);
  });

  it('goes on for an ending subscription, whose last overage waits for a check', async () => {
    const { given, changed, asked } = givenVerb({ pricingModel: 'contractWithConsumption' });
    await changed(given({ state: 'ending' }));
    expect(asked).toHaveLength(1);
  });
});
