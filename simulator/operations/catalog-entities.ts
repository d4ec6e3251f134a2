import * as z from 'zod';
import type { Context } from '../rules/context';
import { ServiceError } from '../rules/service-error';
import type { DimensionType, Product } from '../rules/state';
import { readRequest } from './read-request';

/** Patterns and limits: MODEL, `marketplace-catalog` 2018-09-17. */
const catalog = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z]+$/);
const describeRequest = z.object({
  catalog,
  entityId: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\w-]+$/),
});
const listRequest = z.object({
  Catalog: catalog,
  EntityType: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[a-zA-Z]+$/),
  MaxResults: z.int().min(1).max(50).default(50),
  NextToken: z.string().min(1).max(2048).optional(),
});

/** Since products of the simulator do not change after they are published. */
const REVISION = 1;

/** What the simulator's products have of the SaaS product in AWS's examples of the Catalog API (GUIDE). */
interface SaaSProductDocument {
  Description: { ProductTitle: string; ProductCode: string; Visibility: 'Limited'; ProductState: 'Active' };
  Dimensions: { Name: string; Description: string; Key: string; Unit: 'Units'; Types: readonly DimensionType[] }[];
  Versions: { DeliveryOptions: { Type: 'SoftwareRegistration'; FulfillmentUrl: string }[] }[];
}

interface Listing {
  /** Where *Set up your account* posts the registration token. */
  registrationUrl: string | undefined;
}

/** `Details` is the text of `DetailsDocument` (MODEL). */
export function describeEntity(context: Context, input: unknown, { registrationUrl = '' }: Listing) {
  const { entityId } = readRequest(describeRequest, input);
  const product = [...context.state.products.values()].find(({ productId }) => productId === entityId);
  if (product === undefined)
    throw new ServiceError('ResourceNotFoundException', `Requested entity '${entityId}' does not exist.`);
  const DetailsDocument: SaaSProductDocument = {
    Description: {
      ProductTitle: product.name,
      ProductCode: product.productCode,
      Visibility: 'Limited',
      ProductState: 'Active',
    },
    Dimensions: product.dimensions.map((Key) => ({
      Name: Key,
      Description: Key,
      Key,
      Unit: 'Units',
      Types: product.dimensionTypes?.[Key] ?? TYPES[product.pricingModel],
    })),
    Versions: [{ DeliveryOptions: [{ Type: 'SoftwareRegistration', FulfillmentUrl: registrationUrl }] }],
  };
  return {
    EntityType: 'SaaSProduct@1.0',
    EntityIdentifier: `${entityId}@${REVISION}`,
    EntityArn: arnOf(context, product),
    Details: JSON.stringify(DetailsDocument),
    DetailsDocument,
  };
}

const TYPES: Record<Product['pricingModel'], readonly DimensionType[]> = {
  subscription: ['ExternallyMetered'],
  contract: ['Entitled'],
  contractWithConsumption: ['Entitled', 'ExternallyMetered'],
};

/** Without filters and in the order in which the products were published. */
export function listEntities(context: Context, input: unknown) {
  const { EntityType, MaxResults, NextToken = '0' } = readRequest(listRequest, input);
  const products = EntityType === 'SaaSProduct' ? [...context.state.products.values()] : [];
  const from = Number(NextToken);
  if (!Number.isInteger(from)) throw new ServiceError('ValidationException', 'The NextToken is not valid.');
  const to = from + MaxResults;
  return {
    EntitySummaryList: products.slice(from, to).map((product) => ({
      Name: product.name,
      EntityType,
      EntityId: product.productId,
      EntityArn: arnOf(context, product),
      Visibility: 'Limited',
      SaaSProductSummary: { ProductTitle: product.name, Visibility: 'Limited' },
    })),
    ...(to < products.length && { NextToken: String(to) }),
  };
}

function arnOf({ options }: Context, { productId }: Product): string {
  return `arn:aws:aws-marketplace:us-east-1:${options.sellerAccountId}:AWSMarketplace/SaaSProduct/${productId}`;
}
