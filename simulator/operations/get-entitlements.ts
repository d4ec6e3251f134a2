import * as z from 'zod';
import type { Context } from '../rules/context';
import { ACCOUNT_ID, MAX_ENTITLEMENTS_PER_PAGE } from '../rules/limits';
import { required } from '../rules/required';
import { ServiceError } from '../rules/service-error';
import type { Agreement, EntitlementValue } from '../rules/state';
import { readRequest } from './read-request';

const values = z.array(z.string()).min(1);
export const getEntitlementsRequest = z.object({
  ProductCode: z.string().min(1).max(255),
  Filter: z
    .strictObject({
      CUSTOMER_IDENTIFIER: values.optional(),
      CUSTOMER_AWS_ACCOUNT_ID: values.optional(),
      DIMENSION: values.optional(),
      LICENSE_ARN: values.optional(),
    })
    .default({}),
  NextToken: z.string().regex(/\S+/).optional(),
  MaxResults: z.int().min(1).max(MAX_ENTITLEMENTS_PER_PAGE).default(MAX_ENTITLEMENTS_PER_PAGE),
});
type Request = z.output<typeof getEntitlementsRequest>;

interface EntitlementOutput {
  ProductCode: string;
  Dimension: string;
  CustomerIdentifier?: string;
  CustomerAWSAccountId: string;
  LicenseArn: string;
  Value: EntitlementValue;
  /** Epoch seconds. */
  ExpirationDate?: number;
}

export interface GetEntitlementsOutput {
  Entitlements: EntitlementOutput[];
  NextToken?: string;
}

/** Lists current entitlements: none before the license is active, none after its agreement has ended. */
export function getEntitlements(context: Context, input: unknown): GetEntitlementsOutput {
  const { ProductCode, Filter, NextToken, MaxResults } = readRequest(
    getEntitlementsRequest,
    input,
    'InvalidParameterException',
  );
  requireAllowedFilter(context, ProductCode, Filter);
  const start = readNextToken(NextToken, ProductCode);
  if (context.faults.take('GetEntitlements', 'emptyPage')) {
    return { Entitlements: [], NextToken: writeNextToken(start, ProductCode) };
  }
  const all = [...context.state.agreements.values()]
    .filter((agreement) => agreement.productCode === ProductCode && isEntitled(agreement))
    .flatMap((agreement) => toOutput(context, agreement))
    .filter((entitlement) => matches(entitlement, Filter));
  const end = start + MaxResults;
  return {
    Entitlements: all.slice(start, end),
    ...(end < all.length && { NextToken: writeNextToken(end, ProductCode) }),
  };
}

function requireAllowedFilter(context: Context, productCode: string, filter: Request['Filter']): void {
  const product = context.state.products.get(productCode);
  if (!product)
    throw new ServiceError('InvalidParameterException', `Your account has no product with the code ${productCode}.`);
  const { CUSTOMER_IDENTIFIER, CUSTOMER_AWS_ACCOUNT_ID } = filter;
  if (CUSTOMER_IDENTIFIER && CUSTOMER_AWS_ACCOUNT_ID) {
    throw new ServiceError(
      'InvalidParameterException',
      'CUSTOMER_IDENTIFIER and CUSTOMER_AWS_ACCOUNT_ID are mutually exclusive.',
    );
  }
  if (CUSTOMER_IDENTIFIER && product.identityMode === 'license') {
    throw new ServiceError('InvalidParameterException', 'CUSTOMER_IDENTIFIER is not supported for this product.');
  }
  if (CUSTOMER_AWS_ACCOUNT_ID?.some((accountId) => !ACCOUNT_ID.test(accountId))) {
    throw new ServiceError('InvalidParameterException', 'CUSTOMER_AWS_ACCOUNT_ID must contain only digits.');
  }
}

function isEntitled({ status, activatedAtMs, endedAtMs }: Agreement): boolean {
  return status === 'ACTIVE' && activatedAtMs !== undefined && endedAtMs === undefined;
}

function toOutput(context: Context, agreement: Agreement): EntitlementOutput[] {
  const { identityMode } = required(context.state.products, agreement.productCode, 'product');
  const { customerIdentifier } = required(context.state.buyers, agreement.accountId, 'buyer');
  return agreement.entitlements.map(({ dimension, value }) => ({
    ProductCode: agreement.productCode,
    Dimension: dimension,
    ...(identityMode === 'legacy' && { CustomerIdentifier: customerIdentifier }),
    CustomerAWSAccountId: agreement.accountId,
    LicenseArn: agreement.licenseArn,
    Value: value,
    ...(agreement.endsAtMs !== undefined && { ExpirationDate: agreement.endsAtMs / 1000 }),
  }));
}

/** "unioned for each value in the value list, and then intersected for each filter key" (SDK). */
function matches(entitlement: EntitlementOutput, filter: Request['Filter']): boolean {
  const passes = (wanted: string[] | undefined, actual: string | undefined) =>
    wanted === undefined || (actual !== undefined && wanted.includes(actual));
  return (
    passes(filter.CUSTOMER_IDENTIFIER, entitlement.CustomerIdentifier) &&
    passes(filter.CUSTOMER_AWS_ACCOUNT_ID, entitlement.CustomerAWSAccountId) &&
    passes(filter.DIMENSION, entitlement.Dimension) &&
    passes(filter.LICENSE_ARN, entitlement.LicenseArn)
  );
}

const writeNextToken = (offset: number, productCode: string) =>
  Buffer.from(`${offset} ${productCode}`).toString('base64url');

function readNextToken(token: string | undefined, productCode: string): number {
  if (token === undefined) return 0;
  const [offset, forProduct] = Buffer.from(token, 'base64url').toString().split(' ');
  if (offset !== undefined && /^\d+$/.test(offset) && forProduct === productCode) return Number(offset);
  throw new ServiceError('InvalidParameterException', 'The NextToken does not belong to this request.');
}
