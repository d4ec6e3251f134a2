import * as z from 'zod';
import { UNPRINTABLE } from '../web/printable';
import { inPlainWords } from './plain-words';
import { readJson } from './read-json';
import { PRODUCT_CODE } from './rules/limits';

/** A name that pages and terminals can show as it is. */
const shownName = z
  .string()
  .min(1)
  .refine((text) => !UNPRINTABLE.test(text), 'remove the character that cannot be seen or that changes other text');

export const productFields = {
  productCode: z
    .string()
    .min(1)
    .max(255)
    .regex(PRODUCT_CODE, 'give the product code as AWS Marketplace Management Portal shows it, without spaces'),
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

/** @throws Error that tells the user what is wrong with the file. */
export function readProducts(file: string): SellerProduct[] {
  const json = readJson(file, { noun: 'seller configuration', option: '--config' });
  const parsed = configuration.safeParse(json);
  if (!parsed.success) throw new Error(`Correct the products in ${file}:\n${inPlainWords(parsed.error, json)}`);
  return parsed.data.products;
}
