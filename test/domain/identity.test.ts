import { describe, expect, it } from 'vitest';
import { identityKey, mintSubscriptionId, type Identity } from '../../lambdas/shared/domain/identity';
import { sha256Hex } from '../../lambdas/shared/runtime/secrets';

const license: Identity = { kind: 'license', licenseId: 'l-1' };
const customer: Identity = { kind: 'legacyCustomer', productCode: 'p', customerIdentifier: 'c' };

describe('An identity', () => {
  it('mints the same opaque id for the same identity', () => {
    expect(mintSubscriptionId(license, sha256Hex)).toMatch(/^s-[0-9a-f]{26}$/);
    expect(mintSubscriptionId(license, sha256Hex)).toBe(mintSubscriptionId({ ...license }, sha256Hex));
  });

  it('mints different ids for different licences, customers and products', () => {
    const identities = [license, { ...license, licenseId: 'l-2' }, customer, { ...customer, productCode: 'q' }];
    expect(new Set(identities.map((identity) => mintSubscriptionId(identity, sha256Hex))).size).toBe(4);
    expect(new Set(identities.map(identityKey)).size).toBe(4);
  });
});
