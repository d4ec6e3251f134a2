import { isBillable } from '../rules/agreements';
import { ServiceError } from '../rules/service-error';
import type { Agreement, Product } from '../rules/state';
import type { World } from '../rules/world';
import { timestampMs, type BatchMeterUsageRequest, type UsageRecord } from './usage-record';

/** Who a usage record is for. */
export interface UsageCustomer {
  product: Product;
  accountId: string;
  form: 'product' | 'license';
  licenseArn?: string;
  /** The agreement that is billed; absent: the customer is not subscribed. */
  agreement?: Agreement;
}

/**
 * Finds who a record is for, or refuses the whole call.
 *
 * A request-level ProductCode makes it the legacy form (customer identifier or account id), none the licence form
 * (account id and LicenseArn). AWS bills the two forms apart.
 */
export function findCustomer(
  world: World,
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
  if (record.LicenseArn !== undefined) return { ...byLicense(world, ProductCode, record), form };
  if (ProductCode === undefined) {
    throw new ServiceError('InvalidProductCodeException', 'Neither a LicenseArn nor a ProductCode was given.');
  }
  return { ...byProduct(world, ProductCode, record), form };
}

function byLicense(world: World, productCode: string | undefined, record: UsageRecord): Omit<UsageCustomer, 'form'> {
  const agreement = world.state.licenses.get(record.LicenseArn ?? '');
  if (!agreement) throw new ServiceError('InvalidLicenseException', `There is no license ${record.LicenseArn}.`);
  const product = requireProduct(world, productCode ?? agreement.productCode);
  if (product.productCode !== agreement.productCode) {
    throw new ServiceError('InvalidProductCodeException', 'The license is for another product.');
  }
  const accountId = requireAccount(world, product, record);
  if (accountId !== agreement.accountId) {
    throw new ServiceError('InvalidLicenseException', 'The license belongs to another customer.');
  }
  requireLicensePeriod(agreement, timestampMs(record));
  return { product, accountId, licenseArn: record.LicenseArn, agreement: billable(world, [agreement]) };
}

/** "usage is within the license activation period" (SDK, InvalidLicenseException). */
function requireLicensePeriod({ activatedAtMs, endedAtMs }: Agreement, timestampMs: number): void {
  if (activatedAtMs === undefined || timestampMs < activatedAtMs) {
    throw new ServiceError('InvalidLicenseException', 'The usage lies before the activation of the license.');
  }
  if (endedAtMs !== undefined && timestampMs > endedAtMs) {
    throw new ServiceError('InvalidLicenseException', 'The usage lies after the end of the license.');
  }
}

function byProduct(world: World, productCode: string, record: UsageRecord): Omit<UsageCustomer, 'form'> {
  const product = requireProduct(world, productCode);
  const accountId = requireAccount(world, product, record);
  if (product.identityMode === 'license') {
    throw new ServiceError('InvalidLicenseException', 'Usage of this product needs a LicenseArn.');
  }
  const candidates = [...world.state.agreements.values()].filter(
    (agreement) => agreement.productCode === productCode && agreement.accountId === accountId,
  );
  return { product, accountId, agreement: billable(world, candidates) };
}

function requireProduct(world: World, productCode: string): Product {
  const product = world.state.products.get(productCode);
  if (product) return product;
  throw new ServiceError('InvalidProductCodeException', `The product code ${productCode} is not yours.`);
}

function requireAccount(world: World, product: Product, record: UsageRecord): string {
  if (record.CustomerAWSAccountId !== undefined) return record.CustomerAWSAccountId;
  if (product.identityMode === 'license') {
    throw new ServiceError('InvalidCustomerIdentifierException', 'This product needs a CustomerAWSAccountId.');
  }
  const buyer = [...world.state.buyers.values()].find(
    ({ customerIdentifier }) => customerIdentifier === record.CustomerIdentifier,
  );
  if (buyer) return buyer.accountId;
  throw new ServiceError('InvalidCustomerIdentifierException', 'You have metered usage for an unknown customer.');
}

function billable(world: World, agreements: Agreement[]): Agreement | undefined {
  return agreements.findLast(
    (agreement) =>
      isBillable(agreement, world.clock.now()) && world.state.buyers.get(agreement.accountId)?.suspended === false,
  );
}
