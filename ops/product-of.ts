import type { Product } from '../lambdas/shared/contract/seller-configuration';
import type { Ops } from './command';
import { OperatorError } from './errors';

/**
 * A product in the deployed configuration. Undefined when it is not there, or when the file is not the deployed
 * configuration: a command that only words its answer by it works without.
 */
export function productOf(ops: Ops, productCode: string): Product | undefined {
  return productsOf(ops).find((product) => product.productCode === productCode);
}

/** The product codes by AWS's product ids, of the products that the configuration names with both. */
export function productCodesById(ops: Ops): Map<string, string> {
  return new Map(
    productsOf(ops).flatMap(({ productId, productCode }) =>
      productId === undefined ? [] : [[productId, productCode]],
    ),
  );
}

function productsOf({ configuration }: Ops): readonly Product[] {
  try {
    return configuration().products;
  } catch (error) {
    if (error instanceof OperatorError) return [];
    throw error;
  }
}
