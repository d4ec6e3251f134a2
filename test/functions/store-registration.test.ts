import { describe, expect, it } from 'vitest';
import { toRegisteredBuyer } from '../../lambdas/register-subscription/buyer';
import { storeRegistration } from '../../lambdas/register-subscription/store-registration';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { Identity } from '../../lambdas/shared/domain/identity';
import type { CustomerLicense } from '../../lambdas/shared/domain/moving';
import { sha256Hex } from '../../lambdas/shared/runtime/secrets';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { aLegacyCustomer, aLicense } from '../builders/a-legacy-customer';
import { aProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aSubscription } from '../builders/a-subscription';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { RecordingLog } from '../../proofs/stand-ins/recording-log';

const NOW_MS = Date.parse('2026-11-02T12:20:00Z');
const SWITCH = hourOf(Date.parse('2026-11-02T14:00:00Z'));
const CUSTOMER: Identity = { kind: 'legacyCustomer', productCode: PRODUCT_CODE, customerIdentifier: 'c-1' };
const identityOf = ({ licenseId }: CustomerLicense): Identity => ({ kind: 'license', licenseId });

/** A legacy product whose buyers AWS names by customer identifier, account and licence. */
function givenOlderProduct(overrides: Partial<Product> = {}) {
  const tables = new MemoryTables();
  const subscriptions = new DynamoDbSubscriptions(tables.database);
  const logger = new RecordingLog();
  const product = aProduct({ identityMode: 'legacy', ...overrides });
  const register = async ({ customerAWSAccountId, licenseArn }: CustomerLicense, nowMs = NOW_MS) => {
    const resolved = { productCode: PRODUCT_CODE, customerIdentifier: 'c-1', customerAWSAccountId, licenseArn };
    const buyer = toRegisteredBuyer(resolved, product, false);
    if (buyer === undefined) throw new Error('AWS named no identity.');
    const clock = { now: () => nowMs };
    const result = await storeRegistration(buyer, { subscriptions, clock, sha256Hex, logger });
    if (result === 'conflict' || result.outcome === 'refused') throw new Error(JSON.stringify(result));
    return result.subscription;
  };
  const givenCustomer = (overrides: Parameters<typeof aLegacyCustomer>[0] = {}) =>
    tables.given(aLegacyCustomer({ productCode: PRODUCT_CODE, customerIdentifier: 'c-1', ...overrides }), CUSTOMER);
  return { tables, subscriptions, logger, register, givenCustomer };
}

describe("the registration of a legacy product's customer", () => {
  it('stores the customer identifier only, even if AWS names the licence', async () => {
    const { register } = givenOlderProduct();
    const subscription = await register(aLicense());
    expect(subscription).toMatchObject({ state: 'active', customerIdentifier: 'c-1' });
    expect(subscription.licenseArn).toBeUndefined();
    expect(subscription.licenseFrom).toBeUndefined();
  });

  it('fails, so that the buyer can try again, when the subscription keeps changing', async () => {
    const { register, subscriptions } = givenOlderProduct();
    subscriptions.save = async () => 'conflict';
    await expect(register(aLicense())).rejects.toThrow('conflict');
  });

  it.each(['new', 'known'])('moves a %s customer to its licence when the product says so', async (kind) => {
    const { register, subscriptions, givenCustomer, logger } = givenOlderProduct({ moveAtRegistration: true });
    const known = kind === 'known' ? givenCustomer() : undefined;
    const license = aLicense();
    const { subscriptionId, ...subscription } = await register(license);
    expect(subscription).toMatchObject({ state: 'active', customerIdentifier: 'c-1', licenseFrom: SWITCH, ...license });
    expect(subscriptionId).toBe(known?.subscriptionId ?? subscriptionId);
    for (const identity of [CUSTOMER, identityOf(license)]) {
      await expect(subscriptions.findByIdentity(identity)).resolves.toMatchObject({ subscriptionId });
    }
    expect(logger.text).toContain('CUSTOMER_MOVES');
    const later = await register(license, NOW_MS + 20 * 3_600_000);
    expect(later).toEqual({ subscriptionId, ...subscription });
  });

  it('registers without a move when the licence belongs to another subscription', async () => {
    const { register, subscriptions, tables } = givenOlderProduct({ moveAtRegistration: true });
    const license = aLicense();
    tables.given(aSubscription(license), identityOf(license));
    await expect(register(license)).resolves.toMatchObject({ customerIdentifier: 'c-1', state: 'active' });
    expect(await subscriptions.findByIdentity(CUSTOMER)).not.toHaveProperty('licenseFrom');
  });
});

describe('the registration of a customer who has moved', () => {
  it('finds the same subscription by either identity', async () => {
    const { register, givenCustomer } = givenOlderProduct();
    const license = aLicense();
    const moved = givenCustomer({ ...license, licenseFrom: SWITCH });
    await expect(register(license)).resolves.toMatchObject({
      subscriptionId: moved.subscriptionId,
      licenseFrom: SWITCH,
      licenseId: license.licenseId,
    });
  });

  it('creates a separate subscription for another licence, metered by that licence at once', async () => {
    const { register, givenCustomer, tables } = givenOlderProduct();
    const license = aLicense();
    const moved = givenCustomer({ ...license, licenseFrom: SWITCH, state: 'ended' });
    const next = { ...aLicense(), customerAWSAccountId: license.customerAWSAccountId };
    const nowMs = Date.parse('2026-11-20T10:30:00Z');
    const subscription = await register(next, nowMs);
    expect(subscription).toMatchObject({ ...next, state: 'active', activatedAt: new Date(nowMs).toISOString() });
    expect(subscription.subscriptionId).not.toBe(moved.subscriptionId);
    expect(subscription.customerIdentifier).toBeUndefined();
    expect(tables.subscription(moved.subscriptionId)).toEqual(moved);
    await expect(register(next, nowMs)).resolves.toEqual(subscription);
  });

  it('keeps the subscription before the switch, whatever the licence, so that no hour is metered twice', async () => {
    const { register, givenCustomer } = givenOlderProduct();
    const license = aLicense();
    const moved = givenCustomer({ ...license, licenseFrom: SWITCH });
    const next = { ...aLicense(), customerAWSAccountId: license.customerAWSAccountId };
    await expect(register(next, Date.parse('2026-11-02T13:59:59Z'))).resolves.toMatchObject({
      subscriptionId: moved.subscriptionId,
      licenseId: license.licenseId,
    });
  });
});
