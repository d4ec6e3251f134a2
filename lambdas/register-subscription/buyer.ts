import type { Product } from '../shared/contract/seller-configuration';
import { toLicenseId } from '../shared/domain/identity';
import type { RegisteredBuyer } from '../shared/domain/registration';
import type { ResolvedCustomer } from '../shared/marketplace/resolve-customer';

/**
 * The buyer with the identity that the product's mode requires. AWS bills usage twice if it is reported under both
 * identities, so a licence product never uses the customer identifier, and a legacy product uses the licence only for
 * customers who move to it. Undefined when AWS did not return the identity: the product is configured with the wrong
 * mode.
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
  const { customerAWSAccountId, licenseArn, customerIdentifier, agreementId } = customer;
  const licenseId = licenseArn === undefined ? undefined : toLicenseId(licenseArn);
  const hasLicense = customerAWSAccountId !== undefined && licenseArn !== undefined && licenseId !== undefined;
  if (identityMode === 'legacy') {
    if (customerIdentifier === undefined) return undefined;
    const identity = { kind: 'legacyCustomer', productCode, customerIdentifier } as const;
    const license = hasLicense ? { customerAWSAccountId, licenseArn, licenseId } : undefined;
    const movesToLicense = moveAtRegistration;
    const common = { productCode, customerAWSAccountId, freeTrial, agreementId };
    return { ...common, identity, ofOlderProduct: true, license, movesToLicense };
  }
  if (!hasLicense) return undefined;
  const identity = { kind: 'license', licenseId } as const;
  return { productCode, identity, customerAWSAccountId, licenseArn, freeTrial, agreementId };
}
