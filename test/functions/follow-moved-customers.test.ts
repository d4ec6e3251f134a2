import { describe, expect, it } from 'vitest';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { Identity } from '../../lambdas/shared/domain/identity';
import { moveToLicense } from '../../lambdas/shared/domain/moving';
import { toChange } from '../../lambdas/shared/domain/subscription-change';
import { LEGACY_PRODUCT } from '../../proofs/stand-ins/a-seller';
import { aLicense } from '../builders/a-legacy-customer';
import { CUSTOMER, givenFollower, NOW_MS } from './a-follower';

/** A legacy product's customer; AWS sends events of its licence, too. */
function givenCustomer() {
  const license = aLicense();
  const { tables, subscriptions, follow, notify, customer } = givenFollower();
  const hearOfLicense = async (change: 'Updated' | 'Deprovisioned', time = '2026-11-02T10:00:00Z') => {
    const { licenseArn, customerAWSAccountId: accountId } = license;
    const detailType = `License ${change} - Manufacturer`;
    return follow({ detailType, time, licenseArn, accountId, productCode: LEGACY_PRODUCT });
  };
  const move = async () => {
    const before = await customer();
    const result = moveToLicense(before, license, NOW_MS);
    if (result.outcome !== 'moved') throw new Error(JSON.stringify(result));
    const change = toChange(before, result.subscription, new Date(NOW_MS).toISOString());
    const identities: Identity[] = [{ kind: 'license', licenseId: license.licenseId }];
    if (change) await subscriptions.save(change, { identities });
  };
  return { tables, hearOfLicense, notify, customer, move };
}

describe("licence events of a legacy product's customer", () => {
  it('stores licence events before the move, without creating a second subscription', async () => {
    const { hearOfLicense, notify, tables } = givenCustomer();
    await expect(hearOfLicense('Updated')).resolves.toBe('notFollowed');
    await notify({ action: 'subscribe-success', time: '2026-11-02T10:00:00.000Z' });
    await expect(hearOfLicense('Updated', '2026-11-02T11:00:00Z')).resolves.toBe('notFollowed');
    expect(tables.subscriptions.length).toBe(1);
    expect(tables.eventKeys.length).toBe(3);
  });

  it("applies licence events and notifications to the customer's subscription after the move", async () => {
    const { hearOfLicense, notify, customer, move, tables } = givenCustomer();
    await notify({ action: 'subscribe-success', time: '2026-11-02T10:00:00.000Z' });
    const { subscriptionId } = await customer();
    await move();
    await hearOfLicense('Updated', '2026-11-02T12:30:00Z');
    await expect(customer()).resolves.toMatchObject({ subscriptionId, state: 'active' });
    await notify({ action: 'unsubscribe-pending', time: '2026-11-03T10:00:00.000Z' });
    await expect(customer()).resolves.toMatchObject({ state: 'ending', endingAt: '2026-11-03T10:00:00.000Z' });
    await hearOfLicense('Deprovisioned', '2026-11-03T11:00:00Z');
    await expect(customer()).resolves.toMatchObject({ state: 'ending', endingAt: '2026-11-03T10:00:00.000Z' });
    await notify({ action: 'subscribe-success', time: '2026-11-04T10:00:00.000Z' });
    await expect(customer()).resolves.toMatchObject({
      subscriptionId,
      state: 'active',
      customerIdentifier: CUSTOMER.customerIdentifier,
      licenseFrom: hourOf(NOW_MS + 7_200_000),
    });
    expect(tables.subscriptions.length).toBe(1);
  });
});
