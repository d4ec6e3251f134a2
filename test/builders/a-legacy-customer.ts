import type { CustomerLicense } from '../../lambdas/shared/domain/moving';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { aSubscription } from './a-subscription';

let counter = 0;

/** An active customer of a legacy product without account and licence; every call makes a different one. */
export function aLegacyCustomer(overrides: Partial<Subscription> = {}): Subscription {
  counter += 1;
  const unknown = { customerAWSAccountId: undefined, licenseArn: undefined, licenseId: undefined };
  return aSubscription({ ...unknown, stateReason: 'registered', customerIdentifier: `c-${counter}`, ...overrides });
}

/** A licence; every call makes a different one, of another account. */
export function aLicense(): CustomerLicense {
  counter += 1;
  const licenseId = `l-${counter.toString(16).padStart(32, 'a')}`;
  return {
    customerAWSAccountId: String(counter).padStart(12, '5'),
    licenseArn: `arn:aws:license-manager::294406891311:license:${licenseId}`,
    licenseId,
  };
}
