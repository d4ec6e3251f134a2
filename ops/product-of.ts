import type { Product } from '../lambdas/shared/contract/seller-configuration';
import type { Ops } from './command';
import { OperatorError } from './errors';

/**
 * A product in the deployed configuration. Undefined when it is not there, or when the file is not the deployed
 * configuration: a command that only words its answer by it works without.
 */
export function productOf({ configuration }: Ops, productCode: string): Product | undefined {
  try {
    return configuration().products.find((product) => product.productCode === productCode);
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}
