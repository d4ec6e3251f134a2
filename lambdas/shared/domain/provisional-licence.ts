import type { Hour } from './hour';
import { isCertainlyNotTaken, type SealedHour } from './hourly-usage';
import type { CustomerIdentity } from './metering-record';
import { customerOf } from './moving';
import type { Subscription } from './subscription';

/** How AWS refuses a licence that it does not know, or that belongs to another account. */
const UNKNOWN_LICENSE = 'InvalidLicenseException';

/**
 * The customer to freeze a sealed record with anew: AWS's event named its ARN, a registration has named another since,
 * and AWS certainly has not taken it. Two records of one hour with two ARNs could both be billed.
 */
export function customerAnew(hour: SealedHour, subscription: Subscription | undefined): CustomerIdentity | undefined {
  const { customer } = hour.record;
  const registered = registeredLicense(hour.hour, subscription);
  if (registered === undefined || !isProvisional(customer) || !isCertainlyNotTaken(hour)) return undefined;
  return isSameCustomer(customer, registered) ? undefined : registered;
}

/**
 * Whether AWS refused a record because of an ARN that only its event has named. The usage is not lost: a registration may
 * bring the ARN that AWS takes.
 */
export function isRefusedProvisionally(hour: SealedHour, subscription: Subscription | undefined): boolean {
  const { customer } = hour.record;
  const registered = registeredLicense(hour.hour, subscription);
  const isConfirmed = registered !== undefined && isSameCustomer(customer, registered);
  const isRefused = hour.lastReason === UNKNOWN_LICENSE && isCertainlyNotTaken(hour);
  return isProvisional(customer) && isRefused && !isConfirmed;
}

type License = Extract<CustomerIdentity, { mode: 'license' }>;

function isProvisional(customer: CustomerIdentity): customer is License {
  return customer.mode === 'license' && customer.licenseArnFrom === 'event';
}

/** Undefined until a registration has named the licence. */
function registeredLicense(hour: Hour, subscription: Subscription | undefined): License | undefined {
  const customer = subscription && customerOf(subscription, hour);
  return customer?.mode === 'license' && !isProvisional(customer) ? customer : undefined;
}

function isSameCustomer(customer: CustomerIdentity, other: License): boolean {
  return (
    customer.mode === 'license' &&
    customer.licenseArn === other.licenseArn &&
    customer.customerAWSAccountId === other.customerAWSAccountId
  );
}
