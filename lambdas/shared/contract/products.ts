/** What functions need of the configuration besides its types. They load no schema of it: `lib/` has parsed it. */

/** What `liveFrom` says of a product that is tested for as long as nobody knows when it goes live. */
export const NOT_YET = 'notYet';

export function productsByCode<P extends { productCode: string }>(products: readonly P[]): ReadonlyMap<string, P> {
  return new Map(products.map((product) => [product.productCode, product]));
}
