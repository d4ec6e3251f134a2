import type { Product } from '../../../lambdas/shared/contract/seller-configuration';
import { counted } from '../../output/counted';
import { attention, failed, ok, whenRead, type Finding } from '../finding';
import type { Reading } from '../reading';

/** A product as AWS Marketplace lists it. */
export interface Listing {
  account: string | undefined;
  productId: string;
  productCode: string;
  dimensions: readonly { key: string; types: readonly string[] }[];
  fulfilmentUrls: readonly string[];
}

const CONFIGURE = 'docs/deploy.md#3-configure-and-deploy';
/** As the Catalog API calls them (GUIDE, "AddDimensions"): what a contract includes, and what BatchMeterUsage takes. */
const ENTITLED = 'Entitled';
const METERED = 'ExternallyMetered';

/**
 * Compares one product of the configuration with its listing, which is undefined when the account has no product with
 * this code.
 */
export function checkListing(
  product: Product,
  reading: Reading<Listing | undefined>,
  registrationUrl: string | undefined,
): Finding[] {
  const check = `listing ${product.productCode}`;
  return whenRead(check, reading, (listing) => {
    if (listing === undefined)
      return failed(check, 'The account has no SaaS product with this code. AWS refuses the usage of its buyers.', {
        todo: 'Correct `productCode` (and `productId`) letter by letter, or use the account of the listing.',
        see: CONFIGURE,
      });
    if (listing.productCode !== product.productCode)
      return failed(check, `The code of ${listing.productId} is ${listing.productCode}.`, {
        todo: 'Correct `productCode` or `productId` in the configuration, and deploy it.',
        see: CONFIGURE,
      });
    const findings = [
      ...dimensionFindings(check, { product, listing }),
      ...urlFindings(check, listing, registrationUrl),
    ];
    const says = `The code and ${counted(listing.dimensions.length, 'dimension')} with the types agree.`;
    return findings.length > 0 ? findings : ok(check, says);
  });
}

function dimensionFindings(check: string, { product, listing }: { product: Product; listing: Listing }): Finding[] {
  const listed = new Map(listing.dimensions.map(({ key, types }) => [key, types]));
  const wanted = wantedTypes(product);
  const absent = [...wanted.keys()].filter((name) => !listed.has(name));
  const wrong = [...wanted].flatMap(([name, types]) => {
    const has = listed.get(name);
    const lacks = has === undefined ? [] : types.filter((type) => !has.includes(type));
    return lacks.length === 0
      ? []
      : [`${name} is ${(has ?? []).join(' and ') || 'of no type'} and not ${lacks.join(' and ')}`];
  });
  const unknown = [...listed.keys()].filter((name) => !wanted.has(name));
  return [
    ...(absent.length === 0
      ? []
      : [
          failed(check, `The listing has no dimension ${absent.join(', ')}. AWS refuses the usage.`, {
            todo: 'Correct `apiName` letter by letter (AWS tells upper from lower case), or add the dimension in the portal.',
            see: CONFIGURE,
          }),
        ]),
    ...(wrong.length === 0
      ? []
      : [
          failed(check, `In the listing ${wrong.join('; ')}.`, {
            todo: 'Correct `pricingModel` and `coveredBy`, or the dimension in the portal.',
            see: CONFIGURE,
          }),
        ]),
    ...(unknown.length === 0
      ? []
      : [
          attention(check, `The configuration lacks ${unknown.join(', ')}, which the listing has.`, {
            todo: 'Add the dimension, or make sure that nobody reports usage of it: it would be refused.',
            see: CONFIGURE,
          }),
        ]),
  ];
}

/** Which types each dimension must have in the listing. */
function wantedTypes({ pricingModel, dimensions, ignoredEntitlements = [] }: Product): Map<string, string[]> {
  if (pricingModel !== 'contractWithConsumption') {
    const type = pricingModel === 'contract' ? ENTITLED : METERED;
    return new Map(dimensions.map(({ apiName }) => [apiName, [type]]));
  }
  const entitled = new Set([...ignoredEntitlements, ...dimensions.flatMap(({ coveredBy }) => coveredBy ?? [])]);
  return new Map(
    dimensions.map(({ apiName, coveredBy }) => {
      // Usage of a dimension that only covers another one may never be reported.
      const isMetered = typeof coveredBy === 'string' || !entitled.has(apiName);
      return [apiName, [...(entitled.has(apiName) ? [ENTITLED] : []), ...(isMetered ? [METERED] : [])]];
    }),
  );
}

function urlFindings(check: string, { fulfilmentUrls }: Listing, registrationUrl: string | undefined): Finding[] {
  const others = fulfilmentUrls.filter(
    (url) => url !== '' && withoutSlash(url) !== withoutSlash(registrationUrl ?? url),
  );
  if (others.length === 0) return [];
  return [
    attention(check, `Its fulfilment URL is ${others.join(', ')} and not ${registrationUrl}.`, {
      todo: 'Enter the output RegistrationUrl as the fulfilment URL, unless that address leads there.',
      see: 'docs/deploy.md#4-connect-the-listing',
    }),
  ];
}

const withoutSlash = (url: string) => url.replace(/\/$/, '');
