import { describe, expect, it } from 'vitest';
import { noticeSchema } from '../../lambdas/shared/contract/notices';
import { isSame, toChange, toCompletion, toEntitlementsChange } from '../../lambdas/shared/domain/subscription-change';
import { anEntitlement } from '../builders/an-entitlement';
import { aLegacyCustomer } from '../builders/a-legacy-customer';
import { storedSubscription } from '../../lambdas/shared/stores/subscriptions';
import { aSubscription } from '../builders/a-subscription';

const NOW = '2026-11-02T12:00:00.000Z';

describe('A change of a subscription', () => {
  it('makes no change when nothing differs, whatever the order of the fields', () => {
    const before = aSubscription();
    const backwards = Object.fromEntries(Object.entries(before).reverse());
    expect(toChange(before, storedSubscription.parse(backwards), NOW)).toBeUndefined();
  });

  it('increments the version of a changed subscription', () => {
    const before = aSubscription({ version: 7 });
    expect(toChange(before, { ...before, freeTrial: true }, NOW)?.after.version).toBe(8);
    expect(toChange(undefined, { ...before, version: 0 }, NOW)?.after.version).toBe(1);
  });

  it('sends notices of an activation and of the beginning of the end', () => {
    const pending = aSubscription({ state: 'pending' });
    const activation = toChange(pending, { ...pending, state: 'active', activatedAt: NOW }, NOW);
    expect(noticeSchema.parse(activation?.notice)).toMatchObject({ kind: 'SubscriptionActivated', version: 2 });
    const ending = { ...pending, state: 'ending', endingAt: '2026-11-02T11:00:00.000Z' } as const;
    const notice = noticeSchema.parse(toChange(pending, ending, NOW)?.notice);
    expect(notice).toMatchObject({ kind: 'SubscriptionEnding', endingAt: ending.endingAt, time: NOW });
  });

  it('sends no notice when the state stays or is pending', () => {
    const active = aSubscription();
    expect(toChange(active, { ...active, freeTrial: true }, NOW)?.notice).toBeUndefined();
    const waiting = aSubscription({ state: 'pending' });
    expect(toChange(undefined, waiting, NOW)?.notice).toBeUndefined();
  });

  it('sends a notice of a completed registration and changes nothing else', () => {
    const before = aSubscription({ version: 3 });
    const { after, notice } = toCompletion(before, NOW);
    expect(after).toEqual({ ...before, version: 4 });
    expect(noticeSchema.parse(notice)).toMatchObject({ kind: 'RegistrationCompleted', version: 4 });
  });

  it('sends a notice of the end with its time', () => {
    const endingAt = '2026-11-02T11:00:00.000Z';
    const ending = aSubscription({ state: 'ending', endingAt });
    const notice = noticeSchema.parse(toChange(ending, { ...ending, state: 'ended', endingAt }, NOW)?.notice);
    expect(notice).toMatchObject({ kind: 'SubscriptionEnded', state: 'ended', endingAt, time: NOW });
  });

  it('names the customer in a notice by licence or by customer identifier', () => {
    const { licenseArn, customerAWSAccountId, ...licensed } = aSubscription({ freeTrial: true });
    const ids = { licenseArn, customerAWSAccountId };
    const notice = toChange(undefined, { ...licensed, ...ids }, NOW)?.notice;
    const { subscriptionId, productCode } = licensed;
    expect(notice).toMatchObject({ schemaVersion: 1, subscriptionId, productCode, ...ids, freeTrial: true });
    const customer = aLegacyCustomer();
    expect(toChange(undefined, customer, NOW)?.notice).toMatchObject({
      customerIdentifier: customer.customerIdentifier,
      freeTrial: false,
    });
  });

  it('lists all entitlements in a notice in a fixed order, numbers with every digit', () => {
    const before = aSubscription({ version: 3 });
    const { subscriptionId } = before;
    const entitlements = [
      anEntitlement({ dimension: 'seats', amount: '12345678901234567890.5', expiresAt: '2026-12-01T00:00:00.000Z' }),
      anEntitlement({ dimension: 'premium', value: { kind: 'boolean', granted: true } }),
      anEntitlement({ dimension: 'tier', value: { kind: 'string', text: 'gold' } }),
    ];
    const checked = { subscriptionId, checkedAt: '2026-11-02T11:59:00.000Z', entitlements };
    const { after, notice } = toEntitlementsChange(before, checked, NOW);
    expect(after).toEqual({ ...before, version: 4 });
    expect(noticeSchema.parse(notice)).toMatchObject({
      kind: 'EntitlementsChanged',
      version: 4,
      time: NOW,
      checkedAt: checked.checkedAt,
      entitlements: [
        { dimension: 'premium', kind: 'boolean', value: true },
        {
          dimension: 'seats',
          kind: 'integer',
          value: '12345678901234567890.5',
          expiresAt: '2026-12-01T00:00:00.000Z',
        },
        { dimension: 'tier', kind: 'string', value: 'gold' },
      ],
    });
    expect(notice).not.toHaveProperty('unnamed');
    expect(toEntitlementsChange(before, { ...checked, unnamed: ['seats'] }, NOW).notice).toMatchObject({
      unnamed: ['seats'],
    });
  });
});

describe('Two versions of a subscription', () => {
  const subscription = aSubscription({ freeTrial: undefined });

  it('finds two subscriptions equal that differ only in the version or in an undefined field', () => {
    const { freeTrial: _, ...without } = subscription;
    expect(isSame(subscription, { ...without, version: 9 })).toBe(true);
    const backwards = Object.fromEntries(Object.entries(subscription).reverse()) as typeof subscription;
    expect(isSame(subscription, backwards)).toBe(true);
  });

  it('finds two subscriptions different when any value differs', () => {
    expect(isSame(subscription, { ...subscription, stateReason: 'registered' })).toBe(false);
    expect(isSame({ ...subscription, begunAt: NOW }, { ...subscription, agreementSince: NOW })).toBe(false);
    expect(isSame({ ...subscription, begunAt: NOW }, subscription)).toBe(false);
  });
});
