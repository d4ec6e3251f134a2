import type { Hour } from './hour';

/** Where a subscription stands in its life. */
export type SubscriptionState = 'pending' | 'active' | 'ending' | 'ended';

/**
 * One licence (identity mode `license`) or one legacy customer × product (mode `legacy`), which may move to a licence.
 * Fields are absent until the registration or a licence event, whichever comes first, brings them.
 */
export interface Subscription {
  /** Opaque, stable for life, minted from the first identity seen. */
  subscriptionId: string;
  productCode: string;
  state: SubscriptionState;
  /** Why it is in that state: `registered`, or the trigger that led there (`licenseUpdated`, `agreementEnded`, …). */
  stateReason: string;
  customerAWSAccountId?: string;
  /** The full ARN as ResolveCustomer returned it: what is sent to AWS. */
  licenseArn?: string;
  /** The `l-…` id within the ARN: what events are correlated on, because their ARN comes in several shapes. */
  licenseId?: string;
  /** Legacy mode only. */
  customerIdentifier?: string;
  /** From which hour on a legacy customer is metered by its licence; set once, never changed. See `moving.ts`. */
  licenseFrom?: Hour;
  agreementId?: string;
  freeTrial?: boolean;
  /** ISO 8601 UTC. AWS refuses usage from before it (InvalidLicenseException). */
  activatedAt?: string;
  /** ISO 8601 UTC, the first ending event's time. */
  endingAt?: string;
  /**
   * ISO 8601 UTC of the newest beginning (a licence updated, a customer subscribed). With `endings` it decides the state,
   * whatever order events come in.
   */
  begunAt?: string;
  /** Since when `agreementId` is the current one. */
  agreementSince?: string;
  /** Every ending that no beginning has overtaken, in order of time. */
  endings?: Ending[];
  /** ISO 8601 UTC of the newest event that said the entitlements may have changed: read them again. */
  entitlementsChangedAt?: string;
  /** Counts changes; orders the notices about this subscription. */
  version: number;
}

/** The states in which the seller's application may report usage; AWS bills it once the subscription is active. */
export const STATES_ACCEPTING_USAGE: ReadonlySet<SubscriptionState> = new Set(['pending', 'active']);

/** Something that AWS said to end it. */
export interface Ending {
  /** ISO 8601 UTC. */
  at: string;
  kind: 'licenseDeprovisioned' | 'agreementEnded' | 'unsubscribePending' | 'unsubscribeSucceeded' | 'subscribeFailed';
  /** Which agreement ended: once the licence is under another one, this end is not its own. */
  agreementId?: string;
}

/** What moves a subscription from state to state. */
export type SubscriptionTrigger =
  'legacyRegistered' | 'licenseUpdated' | 'subscribeSucceeded' | Ending['kind'] | 'graceElapsed';

const beginnings = { legacyRegistered: 'active', licenseUpdated: 'active', subscribeSucceeded: 'active' } as const;
const endings = {
  licenseDeprovisioned: 'ending',
  agreementEnded: 'ending',
  unsubscribePending: 'ending',
  unsubscribeSucceeded: 'ending',
  subscribeFailed: 'ending',
} as const;

/**
 * The life of a subscription. Every subscription begins `pending`; a trigger that a state does not name leaves it where
 * it is. Registration with a licence is no trigger: only AWS's licence event activates. What AWS says last of an older
 * product's customer (`unsubscribe-success`) does not end it at once either: the last usage must be sent first.
 */
export const SUBSCRIPTION_TRANSITIONS: Record<
  SubscriptionState,
  Partial<Record<SubscriptionTrigger, SubscriptionState>>
> = {
  pending: { ...beginnings, ...endings },
  active: endings,
  ending: { ...beginnings, graceElapsed: 'ended' },
  ended: beginnings,
};

/** The subscription after a trigger; the same state and reason when the table does not name it. */
export function afterTrigger(subscription: Subscription, trigger: SubscriptionTrigger): Subscription {
  const state = SUBSCRIPTION_TRANSITIONS[subscription.state][trigger];
  return state === undefined ? subscription : { ...subscription, state, stateReason: trigger };
}
