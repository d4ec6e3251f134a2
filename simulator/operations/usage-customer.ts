import type { Context } from '../rules/context';
import { isBillable } from '../rules/lifecycle';
import { ServiceError } from '../rules/service-error';
import type { Agreement, Product } from '../rules/state';
import { timestampMs, type BatchMeterUsageRequest, type UsageRecord } from './usage-record';

/** The customer of a usage record. */
export interface UsageCustomer {
  product: Product;
  accountId: string;
  form: 'product' | 'license';
  licenseArn?: string;
  /** The agreement to bill; absent: the customer is not subscribed. */
  agreement?: Agreement;
}

/**
 * Finds the customer of a usage record.
 *
 * With a request-level ProductCode the record is metered by product (customer identifier or account id), without it by
 * license (account id and LicenseArn). AWS bills the two separately.
 *
 * @throws ServiceError that fails the whole call.
 */
export function findCustomer(
  context: Context,
  { ProductCode }: Pick<BatchMeterUsageRequest, 'ProductCode'>,
  record: UsageRecord,
): UsageCustomer {
  if (record.CustomerIdentifier !== undefined && record.CustomerAWSAccountId !== undefined) {
    throw new ServiceError(
      'InvalidCustomerIdentifierException',
      'CustomerIdentifier and CustomerAWSAccountId are mutually exclusive.',
    );
  }
  const form = ProductCode === undefined ? 'license' : 'product';
  if (record.LicenseArn !== undefined) return { ...byLicense(context, ProductCode, record), form };
  if (ProductCode === undefined) {
    throw new ServiceError('InvalidProductCodeException', 'Give a LicenseArn or a ProductCode.');
  }
  return { ...byProduct(context, ProductCode, record), form };
}

function byLicense(
  context: Context,
  productCode: string | undefined,
  record: UsageRecord,
): Omit<UsageCustomer, 'form'> {
  if (productCode !== undefined && context.options.productCodeWithLicense === 'refused') {
    // Which exception the seller got is not known; this is the framework's for members that exclude each other.
    throw new ServiceError('ValidationException', 'Give either ProductCode or LicenseArn, not both.');
  }
  const agreement = context.state.licenses.get(record.LicenseArn ?? '');
  if (!agreement) throw new ServiceError('InvalidLicenseException', `The license ${record.LicenseArn} does not exist.`);
  const product = requireProduct(context, productCode ?? agreement.productCode);
  if (product.productCode !== agreement.productCode) {
    throw new ServiceError('InvalidProductCodeException', 'The license is for another product.');
  }
  const accountId = requireAccount(context, product, record);
  if (accountId !== agreement.accountId) {
    throw new ServiceError('InvalidLicenseException', 'The license belongs to another customer.');
  }
  requireLicensePeriod(agreement, timestampMs(record));
  return { product, accountId, licenseArn: record.LicenseArn, agreement: billable(context, [agreement]) };
}

/** "usage is within the license activation period" (SDK, InvalidLicenseException). */
function requireLicensePeriod({ activatedAtMs, endedAtMs }: Agreement, timestampMs: number): void {
  if (activatedAtMs === undefined || timestampMs < activatedAtMs) {
    throw new ServiceError('InvalidLicenseException', 'The usage precedes the activation of the license.');
  }
  if (endedAtMs !== undefined && timestampMs > endedAtMs) {
    throw new ServiceError('InvalidLicenseException', 'The usage is later than the end of the license.');
  }
}

function byProduct(context: Context, productCode: string, record: UsageRecord): Omit<UsageCustomer, 'form'> {
  const product = requireProduct(context, productCode);
  const accountId = requireAccount(context, product, record);
  if (product.identityMode === 'license') {
    throw new ServiceError('InvalidLicenseException', 'This product requires a LicenseArn.');
  }
  const candidates = [...context.state.agreements.values()].filter(
    (agreement) => agreement.productCode === productCode && agreement.accountId === accountId,
  );
  return { product, accountId, agreement: billable(context, candidates) };
}

function requireProduct(context: Context, productCode: string): Product {
  const product = context.state.products.get(productCode);
  if (product) return product;
  throw new ServiceError('InvalidProductCodeException', `Your account has no product with the code ${productCode}.`);
}

function requireAccount(context: Context, product: Product, record: UsageRecord): string {
  if (record.CustomerAWSAccountId !== undefined) return record.CustomerAWSAccountId;
  if (product.identityMode === 'license') {
    throw new ServiceError('InvalidCustomerIdentifierException', 'This product requires a CustomerAWSAccountId.');
  }
  const buyer = [...context.state.buyers.values()].find(
    ({ customerIdentifier }) => customerIdentifier === record.CustomerIdentifier,
  );
  if (buyer) return buyer.accountId;
  throw new ServiceError('InvalidCustomerIdentifierException', 'The customer identifier is unknown.');
}

function billable(context: Context, agreements: Agreement[]): Agreement | undefined {
  return agreements.findLast(
    (agreement) =>
      isBillable(agreement, context.clock.now()) && context.state.buyers.get(agreement.accountId)?.suspended === false,
  );
}
