import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceServiceException,
  type Entitlement as AwsEntitlement,
  type GetEntitlementsCommandInput,
  type MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { parseDecimal } from '../domain/decimal';
import type { Entitlement, EntitlementValue } from '../domain/entitlements';
import { toLicenseId } from '../domain/license-id';
import { MAX_ENTITLEMENTS_PER_PAGE } from '../domain/marketplace-limits';
import { isClientFault, isThrottle, statusOf } from './aws-errors';

/** Whose entitlements: the product, and a licence or a customer of an older product. */
export type EntitlementOwner = { productCode: string } & (
  { kind: 'license'; licenseArn: string } | { kind: 'legacyCustomer'; customerIdentifier: string }
);

export type GetEntitlementsResult =
  /** All pages. An empty list says that there are none. */
  | { outcome: 'read'; entitlements: Entitlement[] }
  /** The same question may be answered later. */
  | { outcome: 'throttled' | 'unavailable' }
  /** Our account, permissions or product code. */
  | { outcome: 'misconfigured'; reason: string }
  /** AWS answered what cannot be right, or without end. */
  | { outcome: 'unreadable'; reason: string };

export interface EntitlementGateway {
  /** Never throws for an answer of AWS's, and never takes a failure for "none". */
  getEntitlements(owner: EntitlementOwner): Promise<GetEntitlementsResult>;
}

/** 25 a page. A product has at most a few hundred dimensions; whoever sends more pages than this never stops. */
const MAX_PAGES = 400;

/** Asks AWS Marketplace, page by page; `beforeCall` is where a call waits for its place in the quota. */
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
      // An empty page can carry a token: only its absence is the end.
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

/** The filter is AWS's to keep; what is named as somebody else's is not taken for this one's all the same. */
function isOf(owner: EntitlementOwner, { ProductCode, LicenseArn, CustomerIdentifier }: AwsEntitlement): boolean {
  if (ProductCode !== undefined && ProductCode !== owner.productCode) return false;
  if (owner.kind === 'legacyCustomer') {
    return CustomerIdentifier === undefined || CustomerIdentifier === owner.customerIdentifier;
  }
  return LicenseArn === undefined || toLicenseId(LicenseArn) === toLicenseId(owner.licenseArn);
}

/** The entitlement, or what is wrong with it. */
function toEntitlement({ Dimension, Value = {}, ExpirationDate }: AwsEntitlement): Entitlement | string {
  if (!Dimension) return 'an entitlement without a dimension';
  const values = toValues(Value);
  const [value] = values;
  if (value === undefined || values.length > 1) return 'an entitlement without exactly one value';
  if (ExpirationDate === undefined) return { dimension: Dimension, value };
  if (Number.isNaN(ExpirationDate.getTime())) return 'an expiration that is no date';
  return { dimension: Dimension, value, expiresAt: ExpirationDate.toISOString() };
}

/** A double's shortest decimal is the number that AWS wrote: 0.1 is 0.1. */
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
  const isFaultOfAws = error.name === 'TimeoutError' || error.name === 'InternalServiceErrorException';
  if (isClientFault(status) && !isFaultOfAws) return { outcome: 'misconfigured', reason: error.name };
  // AWS's fault or the network's, or an answer that the SDK could not read.
  return { outcome: 'unavailable' };
}
