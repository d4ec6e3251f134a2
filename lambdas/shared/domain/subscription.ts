/** Where a subscription stands in its life. */
export type SubscriptionState = 'pending' | 'active' | 'ending' | 'ended';

/**
 * One licence (identity mode `license`) or one legacy customer × product (mode `legacy`). Fields are absent until the
 * registration or a licence event, whichever comes first, brings them.
 */
export interface Subscription {
  /** Opaque, stable for life, minted from the first identity seen. */
  subscriptionId: string;
  productCode: string;
  state: SubscriptionState;
  /** Why it is in that state: `registered`, `licenseUpdated`, `licenseDeprovisioned`, … */
  stateReason: string;
  customerAWSAccountId?: string;
  /** The full ARN as ResolveCustomer returned it: what is sent to AWS. */
  licenseArn?: string;
  /** The `l-…` id within the ARN: what events are correlated on, because their ARN comes in several shapes. */
  licenseId?: string;
  /** Legacy mode only. */
  customerIdentifier?: string;
  agreementId?: string;
  freeTrial?: boolean;
  /** ISO 8601 UTC. AWS refuses usage from before it (InvalidLicenseException). */
  activatedAt?: string;
  /** ISO 8601 UTC, the first ending event's time. */
  endingAt?: string;
  /** ISO 8601 UTC of the newest License Updated. With `deprovisionedAts` it decides the state, whatever order events come in. */
  licenseUpdatedAt?: string;
  /** ISO 8601 UTC of every License Deprovisioned that no License Updated has overtaken, in order. */
  deprovisionedAts?: string[];
  /** Counts changes; orders the notices about this subscription. */
  version: number;
}

/** The states in which the seller's application may report usage; AWS bills it once the subscription is active. */
export const STATES_ACCEPTING_USAGE: ReadonlySet<SubscriptionState> = new Set(['pending', 'active']);

/** What moves a subscription from state to state. */
export type SubscriptionTrigger = 'legacyRegistered' | 'licenseUpdated' | 'licenseDeprovisioned' | 'graceElapsed';

/**
 * The life of a subscription. Every subscription begins `pending`; a trigger that a state does not name leaves it where
 * it is. Registration with a licence is no trigger: only AWS's licence event activates.
 */
export const SUBSCRIPTION_TRANSITIONS: Record<
  SubscriptionState,
  Partial<Record<SubscriptionTrigger, SubscriptionState>>
> = {
  pending: { legacyRegistered: 'active', licenseUpdated: 'active', licenseDeprovisioned: 'ending' },
  active: { licenseDeprovisioned: 'ending' },
  ending: { licenseUpdated: 'active', graceElapsed: 'ended' },
  ended: { licenseUpdated: 'active' },
};

/** The subscription after a trigger; the same state and reason when the table does not name it. */
export function afterTrigger(subscription: Subscription, trigger: SubscriptionTrigger): Subscription {
  const state = SUBSCRIPTION_TRANSITIONS[subscription.state][trigger];
  return state === undefined ? subscription : { ...subscription, state, stateReason: trigger };
}
