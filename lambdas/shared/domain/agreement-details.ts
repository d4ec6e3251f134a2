import { HOUR_MS } from './hour';
import type { Subscription } from './subscription';

/** What AWS says of an agreement. A field is absent when AWS names no such thing. */
export interface AgreementTerms {
  offerId?: string;
  /** ISO 8601 UTC. */
  endsAt?: string;
  /** ISO 8601 UTC. */
  freeTrialEndsAt?: string;
  /** Whether AWS renews the agreement at its end. */
  autoRenewal?: boolean;
}

/** The answer about the agreement that a subscription was under. */
export interface AgreementDetails extends AgreementTerms {
  subscriptionId: string;
  agreementId: string;
  /** ISO 8601 UTC: when AWS was asked. */
  checkedAt: string;
}

/** A buyer may change the renewal at any time, and no event says so until shortly before the end. */
const CHECK_AGAIN_AFTER_MS = 24 * HOUR_MS;

/** Whether both are about one agreement and say the same. */
export function sameDetails(a: AgreementDetails | undefined, b: AgreementDetails): boolean {
  return a !== undefined && factsOf(a) === factsOf(b);
}

function factsOf({ agreementId, offerId, endsAt, freeTrialEndsAt, autoRenewal }: AgreementDetails): string {
  return JSON.stringify([agreementId, offerId, endsAt, freeTrialEndsAt, autoRenewal]);
}

/** The agreement to ask about; undefined when none is known, or when the subscription is over. */
export function agreementToAskAbout({ state, agreementId }: Subscription): string | undefined {
  return state === 'ended' ? undefined : agreementId;
}

export const nextDetailsCheckMs = (nowMs: number): number => nowMs + CHECK_AGAIN_AFTER_MS;
