import { describe, expect, it } from 'vitest';
import { refreshDue } from '../../lambdas/refresh-entitlements/refresh-entitlements';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { Entitlement } from '../../lambdas/shared/domain/entitlements';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { GetEntitlementsResult } from '../../lambdas/shared/marketplace/get-entitlements';
import { PRODUCT_CODE } from '../builders/a-payer';
import { anEntitlement } from '../builders/an-entitlement';
import { givenVerb, NOW_MS } from './an-entitlement-check';

describe('refresh-entitlements', () => {
  it('reads the entitlements of a new subscription by its licence, stores them and tells the application', async () => {
    const { given, changed, lists, asked, known, tables } = givenVerb();
    const subscription = given();
    lists(anEntitlement());
    await expect(changed(subscription)).resolves.toEqual([]);
    const { subscriptionId, licenseArn } = subscription;
    expect(asked).toEqual([{ kind: 'license', productCode: PRODUCT_CODE, licenseArn }]);
    expect(await known(subscription)).toEqual({
      subscriptionId,
      entitlements: [anEntitlement()],
      checkedAt: '2026-11-02T09:20:00.000Z',
      history: [
        {
          since: '2026-11-02T09:20:00.000Z',
          until: '2026-11-02T09:20:00.000Z',
          amounts: new Map([['requests', decimal(100)]]),
        },
      ],
    });
    expect(tables.notices).toMatchObject([
      { kind: 'EntitlementsChanged', version: 2, entitlements: [{ dimension: 'requests', value: '100' }] },
    ]);
    expect(tables.subscription(subscriptionId).version).toBe(2);
  });

  it("asks for a legacy product's customer by its identifier", async () => {
    const { given, changed, asked } = givenVerb({ identityMode: 'legacy' });
    await changed(given({ licenseArn: undefined, customerIdentifier: 'c-1' }));
    expect(asked).toEqual([{ kind: 'legacyCustomer', productCode: PRODUCT_CODE, customerIdentifier: 'c-1' }]);
  });

  it('asks for a moving customer by identifier before the switch, and by licence from then on', async () => {
    const { given, changed, asked, clock } = givenVerb({ identityMode: 'legacy' });
    const subscription = given({ customerIdentifier: 'c-1', licenseFrom: hourOf(NOW_MS + 2 * 3_600_000) });
    clock.set(Date.parse('2026-11-02T10:59:59Z'));
    await changed(subscription);
    clock.set(Date.parse('2026-11-02T11:00:00Z'));
    await changed(subscription);
    expect(asked).toEqual([
      { kind: 'legacyCustomer', productCode: PRODUCT_CODE, customerIdentifier: 'c-1' },
      { kind: 'license', productCode: PRODUCT_CODE, licenseArn: subscription.licenseArn },
    ]);
  });

  it('dates entitlements by the question, not by the answer', async () => {
    const { given, changed, answers, known, clock } = givenVerb();
    const subscription = given();
    answers(() => {
      clock.set(NOW_MS + 4000);
      return { outcome: 'read', entitlements: [anEntitlement()] };
    });
    await changed(subscription);
    expect(await known(subscription)).toMatchObject({
      checkedAt: '2026-11-02T09:20:00.000Z',
      history: [{ since: '2026-11-02T09:20:04.000Z', until: '2026-11-02T09:20:00.000Z' }],
    });
  });

  it('ignores a change that it made itself', async () => {
    const { given, changed, asked } = givenVerb();
    const subscription = given();
    await changed({ ...subscription, version: 2 }, subscription);
    expect(asked).toEqual([]);
    await changed({ ...subscription, version: 2, entitlementsChangedAt: '2026-11-02T09:00:00.000Z' }, subscription);
    expect(asked).toHaveLength(1);
  });

  it('sends no notice when nothing changed, but stores the time of the check', async () => {
    const { given, changed, lists, clock, known, tables } = givenVerb();
    const subscription = given();
    const [a, b] = [anEntitlement(), anEntitlement({ dimension: 'b' })];
    lists(a, b);
    await changed(subscription);
    await clock.sleep(1000);
    lists(b, a);
    await changed(subscription);
    expect(tables.notices).toHaveLength(1);
    expect((await known(subscription))?.checkedAt).toBe('2026-11-02T09:20:01.000Z');
  });

  it('sends a notice when a contract no longer grants anything', async () => {
    const { given, changed, lists, clock, tables } = givenVerb();
    const subscription = given();
    lists(anEntitlement());
    await changed(subscription);
    await clock.sleep(1);
    lists();
    await changed(subscription);
    expect(tables.notices.at(-1)).toMatchObject({ kind: 'EntitlementsChanged', entitlements: [], version: 3 });
  });

  it.each([
    { outcome: 'throttled' } as const,
    { outcome: 'unavailable' } as const,
    { outcome: 'misconfigured', reason: 'AccessDeniedException' } as const,
    { outcome: 'unreadable', reason: 'two values' } as const,
  ])('keeps the known entitlements and asks again later when AWS answers $outcome', async (failure) => {
    const { given, changed, answers, lists, clock, deps, known, counters, tables } = givenVerb();
    const subscription = given();
    lists(anEntitlement());
    await changed(subscription);
    await clock.sleep(1000);
    answers(() => failure);
    await expect(changed(subscription)).resolves.toEqual([]);
    expect((await known(subscription))?.checkedAt).toBe('2026-11-02T09:20:00.000Z');
    expect(tables.notices).toHaveLength(1);
    expect(counters.counts).toMatchObject({
      'Entitlements.postponed': 1,
      [`EntitlementAnswers.${failure.outcome}`]: 1,
    });
    lists(anEntitlement({ amount: '7' }));
    await clock.sleep(5 * 60_000);
    await refreshDue(deps);
    expect(tables.notices.at(-1)).toMatchObject({ entitlements: [{ value: '7' }] });
  });

  it('checks due subscriptions again, and continues when one of them fails', async () => {
    const { given, changed, answers, lists, clock, deps, asked, failures } = givenVerb({
      pricingModel: 'contractWithConsumption',
    });
    const [first, second] = [given(), given()];
    lists();
    for (const subscription of [first, second]) await changed(subscription);
    asked.length = 0;
    await refreshDue(deps);
    expect(asked).toEqual([]);
    await clock.sleep(40 * 60_000);
    answers((owner) => {
      if (owner.kind === 'license' && owner.licenseArn === first.licenseArn) throw new Error('bug');
      return { outcome: 'read', entitlements: [] };
    });
    await expect(refreshDue(deps)).resolves.toEqual({ checksLeft: 0 });
    expect([asked.length, failures.length]).toEqual([2, 1]);
  });

  it('counts unanswered checks, the age of the oldest and the completed sweep', async () => {
    const { given, changed, answers, clock, deps, counters } = givenVerb();
    await changed(given());
    await clock.sleep(25 * 3_600_000);
    answers(() => ({ outcome: 'unavailable', reason: 'TimeoutError' }));
    await refreshDue(deps);
    expect(counters.counts).toMatchObject({
      EntitlementChecksUnanswered: 1,
      OldestUnansweredCheckSeconds: 25 * 3600,
      EntitlementSweeps: 1,
    });
  });

  it('stops at its deadline and counts the checks that are left', async () => {
    const { given, changed, clock, deps, counters } = givenVerb();
    await changed(given());
    await clock.sleep(25 * 3_600_000);
    await expect(refreshDue({ ...deps, deadlineMs: clock.now() })).resolves.toEqual({ checksLeft: 1 });
    expect(counters.counts.EntitlementChecksLeft).toBe(1);
  });

  it('does not overwrite a newer answer with an older one', async () => {
    const { given, changed, answers, lists, clock, known, counters } = givenVerb();
    const subscription = given();
    const slowAnswer = Promise.withResolvers<GetEntitlementsResult>();
    const isAsked = Promise.withResolvers<void>();
    answers(() => {
      isAsked.resolve();
      return slowAnswer.promise;
    });
    const slow = changed(subscription);
    await isAsked.promise;
    await clock.sleep(1000);
    lists(anEntitlement({ amount: '2' }));
    await changed(subscription);
    slowAnswer.resolve({ outcome: 'read', entitlements: [anEntitlement({ amount: '1' })] });
    await slow;
    const { value } = (await known(subscription))?.entitlements[0] ?? {};
    expect(value).toEqual(anEntitlement({ amount: '2' }).value);
    expect(counters.counts['Entitlements.overtaken']).toBe(1);
  });

  it('does not ask for products without contracts or for unregistered buyers', async () => {
    const metered = givenVerb({ pricingModel: 'subscription' });
    await metered.changed(metered.given());
    const unregistered = givenVerb();
    await unregistered.changed(unregistered.given({ licenseArn: undefined }));
    expect([...metered.asked, ...unregistered.asked]).toEqual([]);
  });

  it('does not believe that a contract gives nothing if only an event has named its ARN', async () => {
    const { given, changed, lists, known, tables } = givenVerb();
    const subscription = given({ licenseArnFrom: 'event' });
    await changed(subscription);
    expect([await known(subscription), tables.notices]).toEqual([undefined, []]);
    lists(anEntitlement());
    await changed(subscription);
    expect((await known(subscription))?.entitlements).toHaveLength(1);
  });

  it('asks for redelivery of a change that could not be stored', async () => {
    const { given, changed, answers } = givenVerb();
    answers(() => {
      throw new Error('bug');
    });
    await expect(changed(given())).resolves.toEqual(['1']);
  });
});

describe('an amount that the configuration does not name', () => {
  const product: Partial<Product> = {
    pricingModel: 'contractWithConsumption',
    dimensions: [
      { apiName: 'events', unit: 'event', coveredBy: 'events_included' },
      { apiName: 'events_included', unit: 'event', coveredBy: null },
      { apiName: 'storage', unit: 'GB', coveredBy: null },
    ],
    contractPeriod: { kind: 'calendarMonth' },
  };
  const flag: Entitlement = { dimension: 'support', value: { kind: 'boolean', granted: true } };

  it.each([
    ['is told and counted', undefined, ['storage']],
    ['is neither told nor counted once it is to be ignored', ['storage'], undefined],
  ])('%s', async (_what, ignoredEntitlements, unnamed) => {
    const { given, changed, known, lists, tables, counters } = givenVerb({ ...product, ignoredEntitlements });
    lists(anEntitlement({ dimension: 'events_included' }), anEntitlement({ dimension: 'storage' }), flag);
    const subscription = given();
    await changed(subscription);
    expect((await known(subscription))?.history).toMatchObject([{ notNumeric: ['support'] }]);
    expect(tables.noticesOf('EntitlementsChanged').map((notice) => notice.unnamed)).toEqual([unnamed]);
    expect(counters.counts.EntitlementsUnnamed).toBe(unnamed?.length ?? 0);
  });
});
