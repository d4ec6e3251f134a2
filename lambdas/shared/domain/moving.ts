import { hourOf, nextHour, type Hour } from './hour';
import type { CustomerIdentity } from './metering-record';
import type { Subscription } from './subscription';

/** A licence of a customer, as AWS names it. */
export interface CustomerLicense {
  customerAWSAccountId: string;
  /** The full ARN: what is sent to AWS. */
  licenseArn: string;
  licenseId: string;
}

export type MoveRefusal =
  /** Not known by a customer identifier: there is nothing to move. */
  | 'notLegacy'
  /** Registered from another AWS account than the mapping says. */
  | 'boundToAnotherAccount'
  /** Ending or over: what is left of it is metered as it was. */
  | 'ending'
  /** Moved before, to another licence. */
  | 'movedToAnotherLicense';

export type MoveResult =
  | { outcome: 'moved'; subscription: Subscription & { licenseFrom: Hour } }
  | { outcome: 'alreadyMoved'; licenseFrom: Hour }
  | { outcome: 'refused'; reason: MoveRefusal };

/**
 * Whether AWS is told of an hour's usage by customer identifier or by licence: a function of the subscription and the
 * hour alone, so that every dimension, every run and every later configuration decides the same. AWS bills an hour
 * twice that it is told of in both forms.
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

/** The customer of an hour as AWS is to be told; undefined when what its form needs is not known (yet). */
export function customerOf(subscription: Subscription, hour: Hour): CustomerIdentity | undefined {
  const { customerAWSAccountId, licenseArn, customerIdentifier } = subscription;
  const mode = identityModeOf(subscription, hour);
  if (mode === 'legacy') return customerIdentifier === undefined ? undefined : { mode, customerIdentifier };
  return customerAWSAccountId === undefined || licenseArn === undefined
    ? undefined
    : { mode, customerAWSAccountId, licenseArn };
}

/**
 * The first hour of a move that is stored now: the second full hour from now. A run that read the subscription before
 * lives for minutes and seals hours that have begun, at the end of a subscription even the running one: it is over an
 * hour before anybody can seal this one.
 */
export function firstLicenseHour(nowMs: number): Hour {
  return nextHour(nextHour(hourOf(nowMs)));
}

/**
 * Moves a legacy customer to its licence, once and for good: a second move, or one that is taken back, could put an hour
 * that is sealed on the other side of the boundary.
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
