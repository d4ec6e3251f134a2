import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceServiceException,
  type Entitlement as AwsEntitlement,
  type GetEntitlementsCommandInput,
  type MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { parseDecimal } from '../domain/decimal';
import type { Entitlement, EntitlementValue } from '../domain/entitlements';
import { toLicenseId } from '../domain/identity';
import { MAX_ENTITLEMENTS_PER_PAGE } from '../domain/marketplace-limits';
import { isAccountRefusal, isClientFault, isThrottle, statusOf } from './aws-errors';

/** The owner of entitlements: the product, and a licence or a customer of an older product. */
export type EntitlementOwner = { productCode: string } & (
  { kind: 'license'; licenseArn: string } | { kind: 'legacyCustomer'; customerIdentifier: string }
);

export type GetEntitlementsResult =
  /** All pages. An empty list means that there are no entitlements. */
  | { outcome: 'read'; entitlements: Entitlement[] }
  /** The same call may succeed later. */
  | { outcome: 'throttled' | 'unavailable' }
  /** Our account, permissions or product code are wrong. */
  | { outcome: 'misconfigured'; reason: string }
  /** AWS returned an invalid entitlement, or too many pages. */
  | { outcome: 'unreadable'; reason: string };

export interface EntitlementGateway {
  /** Never throws for a response from AWS, and never returns a failure as an empty list. */
  getEntitlements(owner: EntitlementOwner): Promise<GetEntitlementsResult>;
}

/** 25 entitlements a page. A product has at most a few hundred dimensions, so more pages mean an endless answer. */
const MAX_PAGES = 400;

/** Reads from AWS Marketplace page by page. `beforeCall` waits for the call's slot in the quota. */
export class AwsEntitlementGateway implements EntitlementGateway {
  constructor(
    private readonly client: MarketplaceEntitlementServiceClient,
    private readonly beforeCall: () => Promise<void>,
  ) {}

  async getEntitlements(owner: EntitlementOwner): Promise<GetEntitlementsResult> {
    const entitlements: Entitlement[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      await this.beforeCall();
      const read = await this.#readPage({ ...toRequest(owner), NextToken });
      if (read.outcome !== 'page') return read;
      for (const entitlement of read.entitlements.filter((each) => isOf(owner, each))) {
        const parsed = toEntitlement(entitlement);
        if (typeof parsed === 'string') return { outcome: 'unreadable', reason: parsed };
        entitlements.push(parsed);
      }
      // An empty page can have a token. Only a page without a token is the last.
      if (!read.nextToken) return { outcome: 'read', entitlements };
      NextToken = read.nextToken;
    }
    return { outcome: 'unreadable', reason: `more than ${MAX_PAGES} pages` };
  }

  async #readPage(request: GetEntitlementsCommandInput) {
    try {
      const { Entitlements = [], NextToken } = await this.client.send(new GetEntitlementsCommand(request));
      return { outcome: 'page' as const, entitlements: Entitlements, nextToken: NextToken };
    } catch (error) {
      return toFailure(error);
    }
  }
}

function toRequest(owner: EntitlementOwner): GetEntitlementsCommandInput {
  const Filter =
    owner.kind === 'license'
      ? { LICENSE_ARN: [owner.licenseArn] }
      : { CUSTOMER_IDENTIFIER: [owner.customerIdentifier] };
  return { ProductCode: owner.productCode, Filter, MaxResults: MAX_ENTITLEMENTS_PER_PAGE };
}

/** AWS should honour the filter. Entitlements of other customers are dropped anyway. */
function isOf(owner: EntitlementOwner, { ProductCode, LicenseArn, CustomerIdentifier }: AwsEntitlement): boolean {
  if (ProductCode !== undefined && ProductCode !== owner.productCode) return false;
  if (owner.kind === 'legacyCustomer') {
    return CustomerIdentifier === undefined || CustomerIdentifier === owner.customerIdentifier;
  }
  return LicenseArn === undefined || toLicenseId(LicenseArn) === toLicenseId(owner.licenseArn);
}

/** The entitlement, or a sentence that says what is wrong with it. */
function toEntitlement({ Dimension, Value = {}, ExpirationDate }: AwsEntitlement): Entitlement | string {
  if (!Dimension) return 'an entitlement without a dimension';
  const values = toValues(Value);
  const [value] = values;
  if (value === undefined || values.length > 1) return 'an entitlement without exactly one value';
  if (ExpirationDate === undefined) return { dimension: Dimension, value };
  if (Number.isNaN(ExpirationDate.getTime())) return 'an expiration that is no date';
  return { dimension: Dimension, value, expiresAt: ExpirationDate.toISOString() };
}

/** The shortest decimal of a double is the number that AWS wrote: 0.1 stays 0.1. */
function toValues({
  IntegerValue,
  DoubleValue,
  BooleanValue,
  StringValue,
}: NonNullable<AwsEntitlement['Value']>): EntitlementValue[] {
  const integer = Number.isSafeInteger(IntegerValue) ? parseDecimal(String(IntegerValue)) : undefined;
  const double = parseDecimal(String(DoubleValue));
  return [
    ...(integer ? [{ kind: 'integer' as const, amount: integer }] : []),
    ...(double ? [{ kind: 'double' as const, amount: double }] : []),
    ...(BooleanValue === undefined ? [] : [{ kind: 'boolean' as const, granted: BooleanValue }]),
    ...(StringValue === undefined ? [] : [{ kind: 'string' as const, text: StringValue }]),
  ];
}

function toFailure(error: unknown): Exclude<GetEntitlementsResult, { outcome: 'read' }> {
  if (!(error instanceof Error)) throw error;
  const status = statusOf(error, MarketplaceEntitlementServiceServiceException);
  if (isThrottle(error.name, status)) return { outcome: 'throttled' };
  const isFaultOfAws = error.name === 'InternalServiceErrorException';
  if ((isClientFault(status) && !isFaultOfAws) || isAccountRefusal(error.name, status))
    return { outcome: 'misconfigured', reason: error.name };
  // A server error, a network error, or a response that the SDK could not read.
  return { outcome: 'unavailable' };
}
