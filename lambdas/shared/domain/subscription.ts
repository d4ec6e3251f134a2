import type { Hour } from './hour';

/** The ways in which AWS says that a subscription ends. */
export const ENDING_KINDS = [
  'licenseDeprovisioned',
  'agreementEnded',
  'unsubscribePending',
  'unsubscribeSucceeded',
  'subscribeFailed',
] as const;
export type EndingKind = (typeof ENDING_KINDS)[number];

/** AWS said that it ends. */
export interface Ending {
  /** ISO 8601 UTC. */
  at: string;
  kind: EndingKind;
  /** Which agreement ended: once the licence is under another one, this end is not the licence's. */
  agreementId?: string;
}

/** What is known in every state. A field is absent until the registration or AWS's event, whichever is first, brings it. */
export interface SubscriptionFacts {
  /** Opaque, stable for life, minted from the first identity seen. */
  subscriptionId: string;
  productCode: string;
  /** Why it is in its state: `created`, `registered`, or the trigger that led there (`licenseUpdated`, …). */
  stateReason: string;
  customerAWSAccountId?: string;
  /** The full ARN as ResolveCustomer returned it: what is sent to AWS. */
  licenseArn?: string;
  /** The `l-…` id within the ARN. Events are correlated by it, because their ARN comes in several shapes. */
  licenseId?: string;
  /** Legacy mode only. */
  customerIdentifier?: string;
  /** From which hour on a legacy customer is metered by its licence; set once, never changed. See `moving.ts`. */
  licenseFrom?: Hour;
  agreementId?: string;
  freeTrial?: boolean;
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

/** Known, but AWS has not activated it. */
export interface PendingSubscription extends SubscriptionFacts {
  state: 'pending';
}

export interface ActiveSubscription extends SubscriptionFacts {
  state: 'active';
  /** ISO 8601 UTC. AWS refuses usage from before it (InvalidLicenseException). */
  activatedAt: string;
}

/** `ending`: AWS still takes the last usage. `ended`: it takes nothing more. */
export interface EndingSubscription extends SubscriptionFacts {
  state: 'ending' | 'ended';
  /** Absent when it ended without ever having been active. */
  activatedAt?: string;
  /** ISO 8601 UTC: the time of the first ending that counts. */
  endingAt: string;
}

/**
 * One licence (identity mode `license`) or one legacy customer × product (mode `legacy`), which may move to a licence.
 */
export type Subscription = PendingSubscription | ActiveSubscription | EndingSubscription;
export type SubscriptionState = Subscription['state'];

/** Every field that a subscription may have, for readers that show subscriptions of any state. */
export interface SubscriptionFields extends SubscriptionFacts {
  state: SubscriptionState;
  activatedAt?: string;
  endingAt?: string;
}

/** The states in which the seller's application may report usage; AWS bills it once the subscription is active. */
export const STATES_ACCEPTING_USAGE: ReadonlySet<SubscriptionState> = new Set(['pending', 'active']);

/** When AWS activated it first; undefined: it never did. */
export function activationOf({ activatedAt }: SubscriptionFields): string | undefined {
  return activatedAt;
}

/** When it ends or ended; undefined: it lives. */
export function endOf({ endingAt }: SubscriptionFields): string | undefined {
  return endingAt;
}

/** The facts of a subscription, apart from its state. */
function factsOf({ state, activatedAt, endingAt, ...facts }: SubscriptionFields): SubscriptionFacts {
  return facts;
}

/** What moves a subscription from state to state. */
export type SubscriptionTrigger =
  'legacyRegistered' | 'licenseUpdated' | 'subscribeSucceeded' | EndingKind | 'graceElapsed';

const beginnings = { legacyRegistered: 'active', licenseUpdated: 'active', subscribeSucceeded: 'active' } as const;
const endings = {
  licenseDeprovisioned: 'ending',
  agreementEnded: 'ending',
  unsubscribePending: 'ending',
  unsubscribeSucceeded: 'ending',
  subscribeFailed: 'ending',
} as const satisfies Record<EndingKind, SubscriptionState>;

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

/** Active from now on, if a beginning leads there from its state; otherwise as it was. */
export function activatedBy(
  subscription: Subscription,
  trigger: keyof typeof beginnings,
  activatedAt: string,
): Subscription {
  const state = SUBSCRIPTION_TRANSITIONS[subscription.state][trigger];
  if (state === 'active') return { ...factsOf(subscription), stateReason: trigger, state, activatedAt };
  return subscription.state === 'active' ? { ...subscription, activatedAt } : subscription;
}

/** Ending from now on, if an ending leads there from its state; what had ended before stays ended. */
export function endedBy(subscription: Subscription, first: Ending): EndingSubscription {
  const leadsTo = SUBSCRIPTION_TRANSITIONS[subscription.state][first.kind];
  const state = leadsTo === 'ending' || subscription.state !== 'ended' ? 'ending' : 'ended';
  const stateReason = state === 'ending' ? first.kind : subscription.stateReason;
  const activatedAt = activationOf(subscription);
  return {
    ...factsOf(subscription),
    stateReason,
    state,
    ...(activatedAt !== undefined && { activatedAt }),
    endingAt: first.at,
  };
}

/** Over: the grace after the end has elapsed. */
export function overAfterGrace(subscription: EndingSubscription): EndingSubscription {
  return { ...subscription, state: 'ended', stateReason: 'graceElapsed' };
}
