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
  /** Counts changes; orders the notices about this subscription. */
  version: number;
}

/** The states in which the seller's application may report usage; AWS bills it once the subscription is active. */
export const STATES_ACCEPTING_USAGE: ReadonlySet<SubscriptionState> = new Set(['pending', 'active']);
