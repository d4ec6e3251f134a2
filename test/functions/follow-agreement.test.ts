import { describe, expect, it } from 'vitest';
import { applyRegistration } from '../../lambdas/shared/domain/registration';
import { toChange } from '../../lambdas/shared/domain/subscription-change';
import type { SubscriptionStore } from '../../lambdas/shared/stores/subscriptions';
import { LEGACY_PRODUCT, LICENSE_PRODUCT } from '../../proofs/stand-ins/a-seller';
import { aSubscription } from '../builders/a-subscription';
import { CUSTOMER, givenFollower, LICENSE, NOW_MS } from './a-follower';

const { licenseId: ID } = LICENSE;
const ENDED = 'Purchase Agreement Ended - Manufacturer';
const DEPROVISIONED = 'License Deprovisioned - Manufacturer';

/** The same upsert that register-subscription makes. */
async function register(subscriptions: SubscriptionStore): Promise<void> {
  const licenseArn = `arn:aws:license-manager::294406891311:license:${ID}`;
  const buyer = { productCode: LICENSE_PRODUCT, identity: LICENSE, customerAWSAccountId: '111122223333', licenseArn };
  const before = await subscriptions.findByIdentity(LICENSE);
  const start =
    before ??
    aSubscription({
      productCode: LICENSE_PRODUCT,
      state: 'pending',
      stateReason: 'created',
      customerAWSAccountId: undefined,
      licenseArn: undefined,
      licenseId: undefined,
      activatedAt: undefined,
      version: 0,
    });
  const now = new Date(NOW_MS).toISOString();
  const result = applyRegistration(start, { ...buyer, freeTrial: false }, now);
  if (result.outcome === 'refused') throw new Error(result.reason);
  const change = toChange(before, result.subscription, now);
  if (change) await subscriptions.save(change, { identities: before ? [] : [LICENSE] });
}

describe('follow-agreement', () => {
  it('activates at License Updated, at the time of the event, and tells the application', async () => {
    const { follow, licence, subscriptions, tables } = givenFollower();
    await register(subscriptions);
    await expect(follow()).resolves.toBe('applied');
    await expect(licence()).resolves.toMatchObject({
      state: 'active',
      activatedAt: '2026-11-02T10:00:00.000Z',
      agreementId: 'agmt-1',
      version: 2,
    });
    expect(tables.notices).toMatchObject([{ kind: 'SubscriptionActivated', version: 2 }]);
  });

  it('creates the same subscription whether the event or the registration comes first', async () => {
    const [registeredFirst, followedFirst] = [givenFollower(), givenFollower()];
    await register(registeredFirst.subscriptions);
    await registeredFirst.follow();
    await followedFirst.follow();
    await register(followedFirst.subscriptions);
    const other = await followedFirst.licence();
    const one = { ...(await registeredFirst.licence()), subscriptionId: other.subscriptionId };
    expect(one).toEqual(other);
  });

  it('starts the end at License Deprovisioned and tells the application', async () => {
    const { follow, licence, tables } = givenFollower();
    await follow();
    await follow({ detailType: DEPROVISIONED, time: '2026-11-02T11:00:00Z' });
    await expect(licence()).resolves.toMatchObject({ state: 'ending', endingAt: '2026-11-02T11:00:00.000Z' });
    expect(tables.notices.map(({ kind }) => kind)).toEqual(['SubscriptionActivated', 'SubscriptionEnding']);
  });

  it('ends an unknown licence, and does not reactivate it for an older update', async () => {
    const { follow, licence } = givenFollower();
    await follow({ detailType: DEPROVISIONED, time: '2026-11-02T11:00:00Z' });
    await follow({ time: '2026-11-02T10:00:00Z' });
    await expect(licence()).resolves.toMatchObject({ state: 'ending', activatedAt: '2026-11-02T10:00:00.000Z' });
  });

  it('ignores the same event when it arrives again', async () => {
    const { follow, licence, tables } = givenFollower();
    await follow({ id: 'event-1' });
    const once = await licence();
    await expect(follow({ id: 'event-1' })).resolves.toBe('unchanged');
    await expect(licence()).resolves.toEqual(once);
    expect(tables.notices).toHaveLength(1);
    expect(tables.eventKeys.length).toBe(1);
  });

  it('stores every event of a licence under its subscription', async () => {
    const { follow, licence, tables } = givenFollower();
    await follow();
    await follow({ detailType: DEPROVISIONED, time: '2026-11-02T09:00:00Z' });
    const { subscriptionId } = await licence();
    expect(tables.eventKeys.every((key) => key.startsWith(`${subscriptionId}/event#`))).toBe(true);
    expect(tables.eventKeys.length).toBe(2);
  });

  it.each([
    `arn:aws:license-manager::294406891311:license:${ID}`,
    `aws:license-manager::294406891311:${ID}`,
    `arn:aws:license-manager::294406891311:license/${ID}`,
  ])('finds the licence by %s', async (licenseArn) => {
    const { follow, licence, subscriptions, tables } = givenFollower();
    await register(subscriptions);
    await follow({ licenseArn });
    await expect(licence()).resolves.toMatchObject({ state: 'active' });
    expect(tables.subscriptions.length).toBe(1);
  });

  it('creates one subscription for two concurrent events', async () => {
    const { follow, tables } = givenFollower();
    await Promise.all([follow(), follow({ time: '2026-11-02T10:30:00Z' })]);
    expect(tables.subscriptions.length).toBe(1);
  });

  it('never binds a licence to another account, and counts the event that named one', async () => {
    const { follow, licence, counters } = givenFollower();
    await follow();
    await follow({ accountId: undefined, time: '2026-11-02T10:30:00Z' });
    expect(counters.counts.LicenseEventsOfOtherAccount).toBe(0);
    await follow({ accountId: '444455556666', time: '2026-11-02T11:00:00Z', detailType: DEPROVISIONED });
    await expect(licence()).resolves.toMatchObject({ state: 'ending', customerAWSAccountId: '111122223333' });
    expect(counters.counts.LicenseEventsOfOtherAccount).toBe(1);
  });

  it('stores an agreement event, which names no licence, under its agreement', async () => {
    const { follow, counters, tables } = givenFollower();
    const agreement = { detailType: 'Purchase Agreement Created - Proposer', licenseArn: undefined, id: 'event-1' };
    await expect(follow(agreement)).resolves.toBe('kept');
    await expect(follow(agreement)).resolves.toBe('kept');
    expect(tables.eventKeys).toEqual(['agreement#agmt-1/event#2026-11-02T10:00:00.000Z#event-1']);
    expect(counters.counts.AgreementEventsKept).toBe(2);
  });

  it('stores an event of an unknown kind, and one without a readable licence', async () => {
    const { follow, tables } = givenFollower();
    await expect(follow({ detailType: 'License Surprised', agreementId: undefined })).resolves.toBe('kept');
    await expect(follow({ licenseArn: 'arn:aws:something' })).resolves.toBe('kept');
    expect(tables.eventKeys.length).toBe(2);
    expect(tables.subscriptions.length).toBe(0);
  });

  it.each(['somebodyelses', LEGACY_PRODUCT])(
    'stores but does not follow a licence event of product %s',
    async (productCode) => {
      const { follow, counters, tables } = givenFollower();
      await expect(follow({ productCode })).resolves.toBe('notFollowed');
      expect(tables.subscriptions.length).toBe(0);
      expect(tables.eventKeys.length).toBe(1);
      expect(counters.counts).toMatchObject({ LicenseEventsNotFollowed: 1, LicenseEventsApplied: 0 });
    },
  );

  it('fails, so that the queue redelivers, when the event names no product and nobody has registered', async () => {
    const { follow, licence, subscriptions } = givenFollower();
    await expect(follow({ productCode: undefined })).rejects.toThrow('names no product');
    await register(subscriptions);
    await follow({ productCode: undefined });
    await expect(licence()).resolves.toMatchObject({ state: 'active' });
  });

  it.each([
    [{}, { detailType: ENDED, time: '2026-11-02T11:00:00Z', status: 'CANCELLED', licenseArn: undefined }],
    [{ detailType: ENDED, time: '2026-11-02T11:00:00Z', status: 'CANCELLED', licenseArn: undefined }, {}],
  ])('starts the end with the end of the agreement, before or after the licence is known', async (first, second) => {
    const { follow, licence, tables } = givenFollower();
    await follow(first);
    await follow(second);
    await expect(licence()).resolves.toMatchObject({
      state: 'ending',
      stateReason: 'agreementEnded',
      endingAt: '2026-11-02T11:00:00.000Z',
    });
    expect(tables.notices.at(-1)).toMatchObject({ kind: 'SubscriptionEnding' });
  });

  it('reports that an agreement event waits for its licence, and then that it changes nothing', async () => {
    const { follow, counters } = givenFollower();
    const ended = { id: 'ended', detailType: ENDED, time: '2026-11-02T11:00:00Z', status: 'EXPIRED' };
    await expect(follow(ended)).resolves.toBe('waiting');
    await follow();
    await expect(follow(ended)).resolves.toBe('unchanged');
    expect(counters.counts.AgreementEventsWaiting).toBe(1);
  });

  it('ends every licence of an agreement, and no other', async () => {
    const { follow, tables } = givenFollower();
    for (const [licenseArn, agreementId] of [
      ['x:l-1', 'agmt-1'],
      ['x:l-2', 'agmt-1'],
      ['x:l-3', 'agmt-2'],
    ]) {
      await follow({ licenseArn, agreementId });
    }
    await follow({ detailType: ENDED, time: '2026-11-02T11:00:00Z', status: 'TERMINATED' });
    const states = tables.subscriptions.map(({ licenseId, state }) => `${licenseId} ${state}`);
    expect(states.sort()).toEqual(['l-1 ending', 'l-2 ending', 'l-3 active']);
  });

  it.each(['RENEWED', 'REPLACED'])('keeps a licence active whose agreement was %s', async (status) => {
    const { follow, licence } = givenFollower();
    await follow();
    await follow({ detailType: ENDED, time: '2026-11-02T11:00:00Z', status, licenseArn: undefined });
    await follow({ time: '2026-11-02T11:00:00Z', agreementId: 'agmt-2' });
    await expect(licence()).resolves.toMatchObject({ state: 'active', agreementId: 'agmt-2' });
  });

  it('records that the entitlements changed when the agreement was amended, in any order', async () => {
    const amended = { detailType: 'Purchase Agreement Amended - Proposer', time: '2026-11-02T11:00:00Z' };
    const [before, after] = [givenFollower(), givenFollower()];
    await before.follow(amended);
    await before.follow();
    await after.follow();
    await after.follow(amended);
    for (const { licence } of [before, after]) {
      await expect(licence()).resolves.toMatchObject({ entitlementsChangedAt: '2026-11-02T11:00:00.000Z' });
    }
  });

  it("follows a legacy product's customer from the first notification to the last", async () => {
    const { notify, customer, tables } = givenFollower();
    await expect(notify()).resolves.toBe('applied');
    await expect(customer()).resolves.toMatchObject({
      state: 'active',
      customerIdentifier: CUSTOMER.customerIdentifier,
    });
    await notify({ action: 'unsubscribe-pending', time: '2026-11-02T11:00:00.000Z' });
    await notify({ action: 'unsubscribe-success', time: '2026-11-02T12:00:00.000Z' });
    await expect(customer()).resolves.toMatchObject({ state: 'ending', endingAt: '2026-11-02T11:00:00.000Z' });
    expect(tables.notices.map(({ kind }) => kind)).toEqual(['SubscriptionActivated', 'SubscriptionEnding']);
  });

  it("stores a legacy product's notification once, and ignores it the second time", async () => {
    const { notify, tables } = givenFollower();
    await notify({ id: 'message-1' });
    await expect(notify({ id: 'message-1' })).resolves.toBe('unchanged');
    expect(tables.eventKeys.length).toBe(1);
  });

  it.each(['somebodyelses', LICENSE_PRODUCT])(
    'stores but does not follow a notification of product %s',
    async (productCode) => {
      const { notify, tables } = givenFollower();
      await expect(notify({ productCode })).resolves.toBe('notFollowed');
      expect([tables.subscriptions.length, tables.eventKeys.length]).toEqual([0, 1]);
    },
  );

  it('fails with the reason when a message can never succeed', async () => {
    const { take, follow } = givenFollower();
    await expect(take({ hello: 'world' })).rejects.toMatchObject({ reason: 'notAnEvent' });
    await expect(follow({ productCode: undefined })).rejects.toMatchObject({ reason: 'productMissing' });
  });

  it('logs the ids of an event, and nothing of its detail', async () => {
    const { follow, logger } = givenFollower();
    await follow({ detailType: 'License Updated MARKER' });
    await follow({ accountId: 'MARKER', agreementId: 'MARKER' });
    expect(logger.text).toContain('AGREEMENT_EVENT_FOLLOWED');
    expect(logger.text).not.toContain('MARKER');
  });
});
