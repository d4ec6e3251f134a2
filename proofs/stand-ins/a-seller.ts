import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';
import type { ActiveSubscription } from '../../lambdas/shared/domain/subscription';

export const LICENSE_PRODUCT = 'licenseproduct00000000000';
export const LEGACY_PRODUCT = 'legacyproduct000000000000';

const product = {
  name: 'Example & Sons',
  pricingModel: 'subscription' as const,
  dimensions: [{ apiName: 'requests', unit: 'request' }],
  allocationTagKeys: ['Department', 'Project'],
};

export const METERED = { ...product, productCode: 'metered' };
export const CONTRACT = { ...product, productCode: 'contract', pricingModel: 'contract' as const };

/** A seller's configuration: by default with one product of each identity mode. */
export function aSellerConfiguration(overrides: Partial<SellerConfiguration> = {}) {
  return parseSellerConfiguration({
    products: [
      { ...product, productCode: LICENSE_PRODUCT },
      { ...product, productCode: LEGACY_PRODUCT, identityMode: 'legacy' },
    ],
    support: { email: 'support@example.com' },
    ...overrides,
  });
}

/** An active licence. */
export function aSubscription(overrides: Partial<ActiveSubscription> = {}): ActiveSubscription {
  const licenseId = `l-${'0'.repeat(32)}`;
  return {
    subscriptionId: `s-${'0'.repeat(26)}`,
    productCode: LICENSE_PRODUCT,
    state: 'active',
    stateReason: 'licenseUpdated',
    customerAWSAccountId: '123456789012',
    licenseArn: `arn:aws:license-manager::294406891311:license:${licenseId}`,
    licenseId,
    activatedAt: '2026-01-01T00:00:00.000Z',
    version: 1,
    ...overrides,
  };
}
