import type { ParsedConfiguration } from '../../lambdas/shared/contract/seller-configuration';

export const NEW_DIMENSION = 'rehearsed_units';

/** A later configuration: another dimension, and another grace period, which changes the schedule. */
export function changedConfiguration(configuration: ParsedConfiguration): ParsedConfiguration {
  const { usage, products } = configuration;
  const [product, ...others] = products;
  if (product === undefined) return configuration;
  const dimensions = [...product.dimensions, { apiName: NEW_DIMENSION, unit: 'unit' }];
  const graceMinutes = usage.graceMinutes === 7 ? 8 : 7;
  return { ...configuration, products: [{ ...product, dimensions }, ...others], usage: { ...usage, graceMinutes } };
}
