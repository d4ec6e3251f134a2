import type { SubscriptionFacts } from './subscription';

/** Whether it is a free trial, as it is shown to the seller. */
export interface FreeTrial {
  freeTrial: boolean;
  /** Only the buyer's browser says that it is one. Absent: AWS says so, or it is none as far as is known. */
  freeTrialFrom?: 'browser';
}

/** AWS's word has a time. A browser can say anything, so its word is shown as what it is. */
export function freeTrialOf({ freeTrial = false, freeTrialSince }: SubscriptionFacts): FreeTrial {
  return { freeTrial, ...(freeTrial && freeTrialSince === undefined && { freeTrialFrom: 'browser' }) };
}
