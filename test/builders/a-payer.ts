import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import type { Payer } from '../../lambdas/shared/domain/payment';

export const PRODUCT_CODE = 'exampleproduct';

/** A product sold by licence, with the dimensions `events` and `compute_hours`. */
export function aProduct(overrides: Partial<Product> = {}): Product {
  return {
    productCode: PRODUCT_CODE,
    name: 'Example',
    identityMode: 'license',
    pricingModel: 'subscription',
    dimensions: [
      { apiName: 'events', unit: 'event' },
      { apiName: 'compute_hours', unit: 'hour' },
    ],
    allocationTagKeys: ['Department', 'Project'],
    ...overrides,
  };
}

/** The same product, billed in whole units. */
export function aWholeProduct(overrides: Partial<Product> = {}): Product {
  const product = aProduct(overrides);
  return { ...product, dimensions: product.dimensions.map((each) => ({ ...each, quantities: 'whole' })) };
}

/** A licence that became active long ago. */
export function aPayer(overrides: Partial<Payer> = {}): Payer {
  return {
    customer: {
      mode: 'license',
      customerAWSAccountId: '111122223333',
      licenseArn: 'arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef',
    },
    product: aProduct(),
    activatedAtMs: Date.parse('2026-01-01T00:00:00Z'),
    ...overrides,
  };
}

/** A product whose contract covers `events` by the entitlement `events_included`, each calendar month. */
export function aNettedProduct(overrides: Partial<Product> = {}): Product {
  return aProduct({
    pricingModel: 'contractWithConsumption',
    dimensions: [
      { apiName: 'events', unit: 'event', coveredBy: 'events_included' },
      { apiName: 'compute_hours', unit: 'hour', coveredBy: null },
    ],
    contractPeriod: { kind: 'calendarMonth' },
    ...overrides,
  });
}
