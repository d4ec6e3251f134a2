import * as z from 'zod';
import type { Product } from '../../../lambdas/shared/contract/seller-configuration';
import { AwsApiError, type AwsApi } from '../aws-api';
import type { Listing } from '../checks/listing';
import { attempt, type Reading } from '../reading';

const SERVICE = 'aws-marketplace';
/** The Catalog API answers in us-east-1 for the commercial partition. */
const HOST = 'catalog.marketplace.us-east-1.amazonaws.com';

/** What is used of a SaaS product, as AWS's examples of the Catalog API show it (GUIDE, MODEL). */
const details = z.object({
  Description: z.object({ ProductCode: z.string() }),
  Dimensions: z.array(z.object({ Key: z.string(), Types: z.array(z.string()).default([]) })).default([]),
  Versions: z
    .array(z.object({ DeliveryOptions: z.array(z.object({ FulfillmentUrl: z.string().nullish() })).default([]) }))
    .default([]),
});
const entity = z.object({
  EntityArn: z.string().optional(),
  EntityIdentifier: z.string(),
  // The same twice: as JSON, and as the text of it.
  DetailsDocument: details.optional(),
  Details: z.string().optional(),
});
const list = z.object({
  EntitySummaryList: z.array(z.object({ EntityId: z.string() })).default([]),
  NextToken: z.string().nullish(),
});

/** The listing of each product, by its code; undefined when the account has none. */
export async function readListings(
  api: AwsApi,
  products: readonly Product[],
): Promise<ReadonlyMap<string, Reading<Listing | undefined>>> {
  const [named, unnamed] = [products.filter((each) => each.productId), products.filter((each) => !each.productId)];
  const known = await Promise.all(
    named.map(async ({ productCode, productId = '' }) => {
      const reading = await attempt('aws-marketplace:DescribeEntity', () => describe(api, productId));
      return [productCode, reading] as const;
    }),
  );
  if (unnamed.length === 0) return new Map(known);
  const action = 'aws-marketplace:ListEntities (or the productId of the product in the configuration)';
  const all = await attempt(action, () => describeAll(api));
  const found = unnamed.map(({ productCode }) => {
    if (all.is !== 'read') return [productCode, all] as const;
    return [productCode, { ...all, value: all.value.find((each) => each.productCode === productCode) }] as const;
  });
  return new Map([...known, ...found]);
}

async function describe(api: AwsApi, productId: string): Promise<Listing | undefined> {
  const path = `/DescribeEntity?catalog=AWSMarketplace&entityId=${encodeURIComponent(productId)}`;
  let answer: z.infer<typeof entity>;
  try {
    answer = entity.parse(await api.json({ service: SERVICE, host: HOST, path }));
  } catch (error) {
    if (error instanceof AwsApiError && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
  const { Description, Dimensions, Versions } =
    answer.DetailsDocument ?? details.parse(JSON.parse(answer.Details ?? ''));
  return {
    account: answer.EntityArn?.split(':')[4],
    productId: answer.EntityIdentifier.split('@')[0] ?? productId,
    productCode: Description.ProductCode,
    dimensions: Dimensions.map(({ Key: key, Types: types }) => ({ key, types })),
    fulfilmentUrls: Versions.flatMap(({ DeliveryOptions }) =>
      DeliveryOptions.flatMap(({ FulfillmentUrl }) => FulfillmentUrl ?? []),
    ),
  };
}

/** One call a product: the list has no product codes. */
async function describeAll(api: AwsApi): Promise<Listing[]> {
  const listings: Listing[] = [];
  let NextToken: string | null | undefined;
  do {
    const body = { Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct', ...(NextToken && { NextToken }) };
    const page = list.parse(await api.json({ service: SERVICE, host: HOST, path: '/ListEntities', body }));
    for (const { EntityId } of page.EntitySummaryList) {
      const listing = await describe(api, EntityId);
      if (listing !== undefined) listings.push(listing);
    }
    ({ NextToken } = page);
  } while (NextToken);
  return listings;
}
