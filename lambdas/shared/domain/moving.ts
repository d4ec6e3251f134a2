import { hourOf, nextHour, type Hour } from './hour';
import type { CustomerIdentity } from './metering-record';
import type { Subscription } from './subscription';

/** A licence of a customer, as AWS names it. */
export interface CustomerLicense {
  customerAWSAccountId: string;
  /** The full ARN, as records name it. */
  licenseArn: string;
  licenseId: string;
}

export type MoveRefusal =
  /** The subscription has no customer identifier, so there is nothing to move. */
  | 'notLegacy'
  /** The subscription belongs to another AWS account than the licence. */
  | 'boundToAnotherAccount'
  /** The subscription is ending or ended: its last usage is metered by customer identifier. */
  | 'ending'
  /** The subscription moved to another licence before. */
  | 'movedToAnotherLicense';

export type MoveResult =
  | { outcome: 'moved'; subscription: Subscription & { licenseFrom: Hour } }
  | { outcome: 'alreadyMoved'; licenseFrom: Hour }
  | { outcome: 'refused'; reason: MoveRefusal };

/**
 * Whether an hour is metered by customer identifier or by licence. Only the subscription and the hour decide, so that
 * every dimension, run and later configuration gives the same result. If an hour is reported under both identities, AWS
 * bills it twice.
 *
 * ```
 *  ── customer identifier ──┬── licenseFrom ── licence ──►      hours, whenever they are sealed
 * ```
 *
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
export function identityModeOf(
  { licenseFrom, customerIdentifier }: Pick<Subscription, 'licenseFrom' | 'customerIdentifier'>,
  hour: Hour,
): CustomerIdentity['mode'] {
  if (licenseFrom === undefined) return customerIdentifier === undefined ? 'license' : 'legacy';
  return hour < licenseFrom ? 'legacy' : 'license';
}

/** The identity to meter an hour under; undefined while a field that it needs is not known. */
export function customerOf(subscription: Subscription, hour: Hour): CustomerIdentity | undefined {
  const { customerAWSAccountId, licenseArn, licenseArnFrom, customerIdentifier } = subscription;
  const mode = identityModeOf(subscription, hour);
  if (mode === 'legacy') return customerIdentifier === undefined ? undefined : { mode, customerIdentifier };
  return customerAWSAccountId === undefined || licenseArn === undefined
    ? undefined
    : { mode, customerAWSAccountId, licenseArn, ...(licenseArnFrom && { licenseArnFrom }) };
}

/**
 * The first hour metered by licence if the move is stored now: the second full hour from now. A run that read the
 * subscription before the move lasts minutes and seals hours up to the current one. It is finished before the hour
 * returned here begins.
 */
export function firstLicenseHour(nowMs: number): Hour {
  return nextHour(nextHour(hourOf(nowMs)));
}

/**
 * Moves a legacy customer to its licence, once. A second move, or one that is undone, could put a sealed hour on the
 * other side of the boundary.
 */
export function moveToLicense(subscription: Subscription, license: CustomerLicense, nowMs: number): MoveResult {
  const { state, customerIdentifier, customerAWSAccountId: boundAccount, licenseFrom, licenseId } = subscription;
  if (customerIdentifier === undefined) return { outcome: 'refused', reason: 'notLegacy' };
  if (boundAccount !== undefined && boundAccount !== license.customerAWSAccountId) {
    return { outcome: 'refused', reason: 'boundToAnotherAccount' };
  }
  if (licenseFrom !== undefined) {
    return licenseId === license.licenseId
      ? { outcome: 'alreadyMoved', licenseFrom }
      : { outcome: 'refused', reason: 'movedToAnotherLicense' };
  }
  if (state === 'ending' || state === 'ended') return { outcome: 'refused', reason: 'ending' };
  return { outcome: 'moved', subscription: { ...subscription, ...license, licenseFrom: firstLicenseHour(nowMs) } };
}
