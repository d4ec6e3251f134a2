import type { AgreementDetails } from './agreement-details';
import type { SubscriptionFacts } from './subscription';

/** Whether it is a free trial, as it is shown to the seller. */
export interface FreeTrial {
  freeTrial: boolean;
  /** Only the buyer's browser says that it is one. Absent: AWS says so, or it is none as far as is known. */
  freeTrialFrom?: 'browser';
}

/**
 * AWS's word has a time, or is in the details of the agreement. A browser can say anything, so its word is shown as what
 * it is, and only until AWS has said something.
 *
 * @param asked - what AWS says of the agreement, and the time of the question
 */
export function freeTrialOf(
  { freeTrial = false, freeTrialSince, agreementId }: SubscriptionFacts,
  asked?: { details: AgreementDetails | undefined; nowMs: number },
): FreeTrial {
  if (freeTrialSince !== undefined) return { freeTrial };
  if (asked?.details !== undefined && asked.details.agreementId === agreementId)
    return { freeTrial: Date.parse(asked.details.freeTrialEndsAt ?? '') > asked.nowMs };
  return { freeTrial, ...(freeTrial && { freeTrialFrom: 'browser' }) };
}
