import type { Product } from '../shared/contract/seller-configuration';
import { toLicenseId } from '../shared/domain/license-id';
import type { RegisteredBuyer } from '../shared/domain/registration';
import type { ResolvedCustomer } from '../shared/marketplace/resolve-customer';

/**
 * The buyer, by the identity that the product's mode asks for: a licence product is never known by its customer
 * identifier, and an older one's customer by its licence only when it moves there, because usage sent under both is
 * billed twice. Undefined when AWS did not return what the mode needs: then the product is configured with the wrong mode.
 */
export function toRegisteredBuyer(
  customer: ResolvedCustomer,
  {
    productCode,
    identityMode,
    moveAtRegistration,
  }: Pick<Product, 'productCode' | 'identityMode' | 'moveAtRegistration'>,
  freeTrial: boolean,
): RegisteredBuyer | undefined {
  const { customerAWSAccountId, licenseArn, customerIdentifier } = customer;
  const licenseId = licenseArn === undefined ? undefined : toLicenseId(licenseArn);
  const hasLicense = customerAWSAccountId !== undefined && licenseArn !== undefined && licenseId !== undefined;
  if (identityMode === 'legacy') {
    if (customerIdentifier === undefined) return undefined;
    const identity = { kind: 'legacyCustomer', productCode, customerIdentifier } as const;
    const license = hasLicense ? { customerAWSAccountId, licenseArn, licenseId } : undefined;
    const movesToLicense = moveAtRegistration;
    return { productCode, identity, customerAWSAccountId, freeTrial, ofOlderProduct: true, license, movesToLicense };
  }
  if (!hasLicense) return undefined;
  return { productCode, identity: { kind: 'license', licenseId }, customerAWSAccountId, licenseArn, freeTrial };
}
