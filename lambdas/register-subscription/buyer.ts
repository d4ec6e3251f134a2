import type { Product } from '../shared/contract/seller-configuration';
import { toLicenseId } from '../shared/domain/license-id';
import type { RegisteredBuyer } from '../shared/domain/registration';
import type { ResolvedCustomer } from '../shared/marketplace/resolve-customer';

/**
 * The buyer, by the identities that the product's mode asks for and no others: a licence product is never known by its
 * customer identifier nor the other way round, because usage sent under both is billed twice. Undefined when AWS did not
 * return what the mode needs: then the product is configured with the wrong mode.
 */
export function toRegisteredBuyer(
  customer: ResolvedCustomer,
  { productCode, identityMode }: Pick<Product, 'productCode' | 'identityMode'>,
  freeTrial: boolean,
): RegisteredBuyer | undefined {
  const { customerAWSAccountId, licenseArn, customerIdentifier } = customer;
  if (identityMode === 'legacy') {
    if (customerIdentifier === undefined) return undefined;
    const identity = { kind: 'legacyCustomer', productCode, customerIdentifier } as const;
    return { productCode, identity, customerAWSAccountId, freeTrial };
  }
  const licenseId = licenseArn === undefined ? undefined : toLicenseId(licenseArn);
  if (licenseId === undefined || customerAWSAccountId === undefined) return undefined;
  return { productCode, identity: { kind: 'license', licenseId }, customerAWSAccountId, licenseArn, freeTrial };
}
