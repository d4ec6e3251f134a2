import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';
import { sellerWith } from '../simulation/dynamodb/dynamodb-settings';

/**
 * The configuration that the functions of the last release were bundled with: everything that it has, it has known. The
 * versions after it are deployed with the same, so that their templates can be compared.
 */
export const LAST_RELEASE_CONFIGURATION: SellerConfiguration = withoutForms(
  sellerWith({ unsendableUsage: 'carry', batchingWindowSeconds: 0 }),
);

/** Quantities of any form are newer than the release, which billed everything in whole units. */
function withoutForms(configuration: SellerConfiguration): SellerConfiguration {
  const products = configuration.products.map((product) => ({
    ...product,
    dimensions: product.dimensions.map(({ apiName, unit }) => ({ apiName, unit })),
  }));
  return { ...configuration, products };
}
