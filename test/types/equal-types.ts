import type { SchemaInput } from '../../lambdas/shared/contract/seller-configuration';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';

// `npm run types` fails when the documented type and the schema differ in a field, in a value or in what is optional.
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type ReadOnly<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Each)[]
    ? readonly ReadOnly<Each>[]
    : { readonly [Key in keyof T]: ReadOnly<T[Key]> };

true satisfies Equal<ReadOnly<SchemaInput>, ReadOnly<SellerConfiguration>>;
