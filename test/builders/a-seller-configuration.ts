import {
  parseSellerConfiguration,
  type SellerConfiguration,
  type SellerConfigurationInput,
} from '../../lambdas/shared/contract/seller-configuration';

export const LICENSE_PRODUCT = 'licenseproduct00000000000';
export const LEGACY_PRODUCT = 'legacyproduct000000000000';

/** One product of each identity mode. */
export function aSellerConfiguration(overrides: Partial<SellerConfigurationInput> = {}): SellerConfiguration {
  const dimensions = [{ apiName: 'requests', unit: 'request' }];
  return parseSellerConfiguration({
    products: [
      { productCode: LICENSE_PRODUCT, name: 'Example & Sons', pricingModel: 'subscription', dimensions },
      {
        productCode: LEGACY_PRODUCT,
        name: 'Older Example',
        identityMode: 'legacy',
        pricingModel: 'subscription',
        dimensions,
      },
    ],
    support: { email: 'support@example.com' },
    ...overrides,
  });
}
