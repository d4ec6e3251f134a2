import { describe, expect, it } from '@jest/globals';
import { createDependencies } from '../../lambdas/follow-agreement/dependencies';
import { followAgreement } from '../../lambdas/follow-agreement/follow-agreement';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { Identity } from '../../lambdas/shared/domain/identity';
import { moveToLicense } from '../../lambdas/shared/domain/moving';
import { toChange } from '../../lambdas/shared/domain/subscription-change';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { MemoryTables, TABLE_NAMES } from '../../proofs/stand-ins/memory-tables';
import { aSellerConfiguration, LEGACY_PRODUCT } from '../../proofs/stand-ins/a-seller';
import { aCustomerNotification } from '../builders/a-customer-notification';
import { aLicense } from '../builders/a-legacy-customer';
import { anAgreementEvent } from '../builders/an-agreement-event';

const NOW_MS = Date.parse('2026-11-02T12:00:00Z');
const CUSTOMER = 'X01EXAMPLEX';
const IDENTITY: Identity = { kind: 'legacyCustomer', productCode: LEGACY_PRODUCT, customerIdentifier: CUSTOMER };

/** A legacy product's customer; AWS sends events of its licence, too. */
function givenCustomer() {
  const tables = new MemoryTables();
  const license = aLicense();
  const ports = memoryPorts(tables, { nowMs: NOW_MS });
  const deps = createDependencies(ports, { tables: TABLE_NAMES, configuration: aSellerConfiguration() });
  const { subscriptions } = deps;
  const hearOfLicense = async (change: 'Updated' | 'Deprovisioned', time = '2026-11-02T10:00:00Z') => {
    const { licenseArn, customerAWSAccountId: accountId } = license;
    const detailType = `License ${change} - Manufacturer`;
    return followAgreement(
      anAgreementEvent({ detailType, time, licenseArn, accountId, productCode: LEGACY_PRODUCT }),
      deps,
    );
  };
  const notify = async (action: string, time: string) => followAgreement(aCustomerNotification({ action, time }), deps);
  const customer = async () => {
    const found = await subscriptions.findByIdentity(IDENTITY);
    if (found === undefined) throw new Error('Nobody knows the customer.');
    return found;
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
    await notify('subscribe-success', '2026-11-02T10:00:00.000Z');
    await expect(hearOfLicense('Updated', '2026-11-02T11:00:00Z')).resolves.toBe('notFollowed');
    expect(tables.subscriptions.length).toBe(1);
    expect(tables.eventKeys.length).toBe(3);
  });

  it('applies licence events and notifications to the customer’s subscription after the move', async () => {
    const { hearOfLicense, notify, customer, move, tables } = givenCustomer();
    await notify('subscribe-success', '2026-11-02T10:00:00.000Z');
    const { subscriptionId } = await customer();
    await move();
    await hearOfLicense('Updated', '2026-11-02T12:30:00Z');
    await expect(customer()).resolves.toMatchObject({ subscriptionId, state: 'active' });
    await notify('unsubscribe-pending', '2026-11-03T10:00:00.000Z');
    await expect(customer()).resolves.toMatchObject({ state: 'ending', endingAt: '2026-11-03T10:00:00.000Z' });
    await hearOfLicense('Deprovisioned', '2026-11-03T11:00:00Z');
    await expect(customer()).resolves.toMatchObject({ state: 'ending', endingAt: '2026-11-03T10:00:00.000Z' });
    await notify('subscribe-success', '2026-11-04T10:00:00.000Z');
    await expect(customer()).resolves.toMatchObject({
      subscriptionId,
      state: 'active',
      customerIdentifier: CUSTOMER,
      licenseFrom: hourOf(NOW_MS + 7_200_000),
    });
    expect(tables.subscriptions.length).toBe(1);
  });
});
