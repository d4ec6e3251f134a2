import * as z from 'zod';
import { UNPRINTABLE } from '../web/printable';
import { inPlainWords } from './plain-words';
import { readJson } from './read-json';
import type { NewProduct } from './rules/catalog';
import { PRODUCT_CODE } from './rules/limits';
import type { DimensionType } from './rules/state';

/** A name that pages and terminals can show as it is. */
export const shownName = z
  .string()
  .min(1)
  .refine((text) => !UNPRINTABLE.test(text), 'remove the character that cannot be seen or that changes other text');

export const productFields = {
  productCode: z
    .string()
    .min(1)
    .max(255)
    .regex(PRODUCT_CODE, 'give the product code as AWS Marketplace Management Portal shows it, without spaces'),
  /** The identifier in the Catalog API; absent: any. */
  productId: z
    .string()
    .regex(/^prod-[a-z0-9]{1,250}$/, 'give the product id as AWS Marketplace Management Portal shows it')
    .optional(),
  name: shownName,
  identityMode: z.enum(['license', 'legacy']).default('license'),
  pricingModel: z.enum(['subscription', 'contract', 'contractWithConsumption']),
};
const dimension = z.object({
  apiName: shownName.refine((text) => text.length <= 255, 'give at most 255 characters'),
  coveredBy: z.string().min(1).max(255).nullish(),
});

/** The fields of a seller's configuration that the simulator uses. Others are ignored. */
const sellerProduct = z.object({ ...productFields, dimensions: z.array(dimension).min(1) });
const configuration = z.object({ products: z.array(sellerProduct).min(1) });

export type SellerProduct = z.output<typeof sellerProduct>;

/** The product that the seller would have to list for this configuration. */
export function publishedProduct({ dimensions, ...product }: SellerProduct): NewProduct {
  const covering = new Set(dimensions.flatMap(({ coveredBy }) => coveredBy ?? []));
  // A contract may also entitle to dimensions that are not metered.
  const apiNames = new Set(dimensions.flatMap(({ apiName, coveredBy }) => [apiName, coveredBy ?? apiName]));
  if (product.pricingModel !== 'contractWithConsumption') return { ...product, dimensions: [...apiNames] };
  const metered = new Set(
    dimensions.filter(({ apiName, coveredBy }) => coveredBy != null || !covering.has(apiName)).map((d) => d.apiName),
  );
  const typesOf = (apiName: string): DimensionType[] => [
    ...(covering.has(apiName) ? ['Entitled' as const] : []),
    ...(metered.has(apiName) ? ['ExternallyMetered' as const] : []),
  ];
  const dimensionTypes = Object.fromEntries([...apiNames].map((apiName) => [apiName, typesOf(apiName)]));
  return { ...product, dimensions: [...apiNames], dimensionTypes };
}

/** @throws Error that tells the user what is wrong with the file. */
export function readProducts(file: string): SellerProduct[] {
  const json = readJson(file, { noun: 'seller configuration', option: '--config' });
  const parsed = configuration.safeParse(json);
  if (!parsed.success) throw new Error(`Correct the products in ${file}:\n${inPlainWords(parsed.error, json)}`);
  return parsed.data.products;
}
