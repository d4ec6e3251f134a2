import { afterTrigger, type Subscription } from './subscription';

/** What AWS says about a licence. `time` is ISO 8601 UTC with milliseconds, so that texts sort as times do. */
export interface LicenseEvent {
  kind: 'licenseUpdated' | 'licenseDeprovisioned';
  licenseId: string;
  time: string;
  customerAWSAccountId?: string;
  agreementId?: string;
}

/**
 * What a licence event makes of a subscription. The result depends on which events there were, not on the order they
 * arrive in nor on how often, because what is kept is a set of times: the newest update, and every deprovisioning that
 * is not older than it.
 *
 * ```text
 * updated 10:00   deprovisioned 11:00   updated 12:00   deprovisioned 13:00
 * active          ending (11:00)        active          ending (13:00)        in any order of arrival
 * ```
 *
 * At the same second the deprovisioning wins: a licence cannot be revoked before it is given, and a buyer who comes back
 * needs longer than a second. An account that is known already is not overwritten.
 */
export function applyLicenseEvent(subscription: Subscription, event: LicenseEvent): Subscription {
  const remembered: Subscription = {
    ...subscription,
    licenseId: event.licenseId,
    customerAWSAccountId: subscription.customerAWSAccountId ?? event.customerAWSAccountId,
    ...timesWith(subscription, event),
    agreementId: agreementAfter(subscription, event),
  };
  const [endingAt] = remembered.deprovisionedAts ?? [];
  const after = afterTrigger(remembered, endingAt === undefined ? 'licenseUpdated' : 'licenseDeprovisioned');
  return { ...after, endingAt };
}

/** A renewal puts the same licence under a new agreement: the newest update names the current one. */
function agreementAfter({ agreementId, licenseUpdatedAt = '' }: Subscription, event: LicenseEvent): string | undefined {
  const newest = event.kind === 'licenseUpdated' && event.time >= licenseUpdatedAt;
  return newest ? (event.agreementId ?? agreementId) : (agreementId ?? event.agreementId);
}

function timesWith(subscription: Subscription, { kind, time }: LicenseEvent): Partial<Subscription> {
  const { activatedAt, licenseUpdatedAt, deprovisionedAts = [] } = subscription;
  if (kind === 'licenseDeprovisioned') {
    const overtaken = licenseUpdatedAt !== undefined && time < licenseUpdatedAt;
    return { deprovisionedAts: overtaken ? deprovisionedAts : inOrder([...deprovisionedAts, time]) };
  }
  const newest = later(licenseUpdatedAt, time);
  return {
    activatedAt: earlier(activatedAt, time),
    licenseUpdatedAt: newest,
    deprovisionedAts: deprovisionedAts.filter((endedAt) => endedAt >= newest),
  };
}

const inOrder = (times: string[]): string[] => [...new Set(times)].sort();
const later = (a: string | undefined, b: string): string => (a !== undefined && a > b ? a : b);
const earlier = (a: string | undefined, b: string): string => (a !== undefined && a < b ? a : b);
