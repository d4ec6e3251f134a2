import { describe, expect, it } from 'vitest';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { Entitlements } from '../../lambdas/shared/domain/entitlements';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { toEntitlementsChange } from '../../lambdas/shared/domain/subscription-change';
import { DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { aSubscription } from '../builders/a-subscription';
import { anEntitlement } from '../builders/an-entitlement';
import { ENGINES, noticeIn } from './engines';

const [EARLIER, LATER] = ['2026-11-02T00:00:00.000Z', '2026-11-02T01:00:00.000Z'];
const DUE = 1000;

const history = [
  { since: '2026-10-01T00:00:00.000Z', until: '2026-11-01T00:00:00.000Z', amounts: new Map([['a', decimal('0.1')]]) },
  { since: '2026-11-01T01:00:00.000Z', until: EARLIER, amounts: new Map([['requests', decimal(100)]]) },
];

function aCheck({ subscriptionId }: Subscription, overrides: Partial<Entitlements> = {}): Entitlements {
  return { subscriptionId, checkedAt: EARLIER, entitlements: [anEntitlement()], history, ...overrides };
}

describe.each(ENGINES)('entitlements %s', (_engine, open) => {
  async function given() {
    const database = await open('subscriptions', 'notices');
    const store = new DynamoDbEntitlementStore(database);
    const subscriptions = new DynamoDbSubscriptions(database);
    const subscription = aSubscription();
    await subscriptions.save({ before: undefined, after: subscription });
    const { subscriptionId } = subscription;
    const read = async () => (await store.getMany([subscriptionId, 's-none'])).get(subscriptionId);
    return { database, store, subscriptions, subscription, subscriptionId, read };
  }

  it('reads entitlements back as stored, every kind of value with all its digits', async () => {
    const { store, subscription, read } = await given();
    const checked = aCheck(subscription, {
      entitlements: [
        anEntitlement({ dimension: 'a', amount: '2147483647', expiresAt: '2027-01-01T00:00:00.000Z' }),
        anEntitlement({ dimension: 'b', value: { kind: 'double', amount: decimal('0.1') } }),
        anEntitlement({ dimension: 'c', value: { kind: 'boolean', granted: false } }),
        anEntitlement({ dimension: 'd', value: { kind: 'string', text: 'gold' } }),
      ],
    });
    await expect(store.save({ checked, comparedWith: undefined, nextCheckAtMs: DUE })).resolves.toBe('saved');
    await expect(read()).resolves.toEqual(checked);
  });

  it('distinguishes an empty answer from no answer', async () => {
    const { store, subscription, read } = await given();
    await expect(read()).resolves.toBeUndefined();
    const checked = aCheck(subscription, { entitlements: [] });
    await store.save({ checked, comparedWith: undefined, nextCheckAtMs: DUE });
    await expect(read()).resolves.toEqual(checked);
  });

  it('refuses a check that was compared with another one than the stored check', async () => {
    const { store, subscription, read } = await given();
    const first = aCheck(subscription);
    const second = aCheck(subscription, { checkedAt: LATER });
    const save = (checked: Entitlements, comparedWith: string | undefined) =>
      store.save({ checked, comparedWith, nextCheckAtMs: DUE });
    await save(first, undefined);
    await expect(save(second, undefined)).resolves.toBe('conflict');
    await expect(save(second, LATER)).resolves.toBe('conflict');
    await expect(read()).resolves.toEqual(first);
    await expect(save(second, EARLIER)).resolves.toBe('saved');
  });

  it('saves entitlements together with the next version of the subscription, or neither', async () => {
    const { store, subscriptions, subscription, subscriptionId, read } = await given();
    const checked = aCheck(subscription);
    const stale = toEntitlementsChange({ ...subscription, version: 7 }, checked, LATER);
    const refused = await store.save({ checked, comparedWith: undefined, nextCheckAtMs: DUE, change: stale });
    expect([refused, await read()]).toEqual(['conflict', undefined]);
    const change = toEntitlementsChange(subscription, checked, LATER);
    await store.save({ checked, comparedWith: undefined, nextCheckAtMs: DUE, change });
    const found = await subscriptions.getMany([subscriptionId]);
    expect(found.get(subscriptionId)).toEqual({ ...subscription, version: 2 });
    await expect(read()).resolves.toEqual(checked);
  });

  it('remembers which dimensions had no number, and when', async () => {
    const { store, subscription, read } = await given();
    const later = { since: LATER, until: LATER, amounts: new Map(), notNumeric: ['seats'] };
    const checked = aCheck(subscription, { history: [...history, later] });
    await store.save({ checked, comparedWith: undefined, nextCheckAtMs: DUE });
    expect((await read())?.history).toEqual([...history, later]);
  });

  it('lists due entitlements, the longest due first, until their last check', async () => {
    const { store, subscription, subscriptionId } = await given();
    const other = aSubscription();
    const save = (of: Subscription, nextCheckAtMs: number | undefined, comparedWith?: string) => {
      const checkedAt = comparedWith === undefined ? EARLIER : LATER;
      return store.save({ checked: aCheck(of, { checkedAt }), comparedWith, nextCheckAtMs });
    };
    await save(subscription, DUE + 1);
    await save(other, DUE);
    await expect(store.listDue(DUE - 1)).resolves.toEqual([]);
    await expect(store.listDue(DUE)).resolves.toEqual([other.subscriptionId]);
    await expect(store.listDue(DUE + 1)).resolves.toEqual([other.subscriptionId, subscriptionId]);
    await save(other, undefined, EARLIER);
    await expect(store.listDue(DUE + 1)).resolves.toEqual([subscriptionId]);
  });

  it('postpones a check that was never made or is due, but not one that is due sooner', async () => {
    const { store, subscription, subscriptionId, read } = await given();
    await store.postpone(subscriptionId, { nowMs: DUE, dueAtMs: DUE + 10 });
    await expect(read()).resolves.toBeUndefined();
    await expect(store.listDue(DUE + 10)).resolves.toEqual([subscriptionId]);
    await store.postpone(subscriptionId, { nowMs: DUE + 10, dueAtMs: DUE + 20 });
    await expect(store.listDue(DUE + 19)).resolves.toEqual([]);
    await store.postpone(subscriptionId, { nowMs: DUE, dueAtMs: DUE + 30 });
    await expect(store.listDue(DUE + 20)).resolves.toEqual([subscriptionId]);
    await store.save({ checked: aCheck(subscription), comparedWith: undefined, nextCheckAtMs: DUE });
    await expect(store.listDue(DUE)).resolves.toEqual([subscriptionId]);
  });

  it('writes the notice of changed entitlements in the same transaction', async () => {
    const { database, store, subscription, subscriptionId } = await given();
    const checked = { subscriptionId, checkedAt: EARLIER, entitlements: [anEntitlement({ amount: '12' })] };
    const change = toEntitlementsChange(subscription, checked, EARLIER);
    await store.save({ checked, comparedWith: undefined, nextCheckAtMs: undefined, change });
    expect(await noticeIn(database, subscriptionId, 2)).toMatchObject({
      kind: 'EntitlementsChanged',
      version: 2,
      checkedAt: EARLIER,
      entitlements: [{ dimension: 'requests', kind: 'integer', value: '12' }],
    });
  });
});
