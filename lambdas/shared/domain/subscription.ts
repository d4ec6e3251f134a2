import type { Hour } from './hour';

/** The events by which AWS ends a subscription. */
export const ENDING_KINDS = [
  'licenseDeprovisioned',
  'agreementEnded',
  'unsubscribePending',
  'unsubscribeSucceeded',
  'subscribeFailed',
] as const;
export type EndingKind = (typeof ENDING_KINDS)[number];

/** AWS reported an end. */
export interface Ending {
  /** ISO 8601 UTC. */
  at: string;
  kind: EndingKind;
  /** The agreement that ended. The ending does not count once the licence is under another agreement. */
  agreementId?: string;
}

/** AWS reported a beginning or an end. */
export interface LifeFact extends Omit<Ending, 'kind'> {
  kind: 'began' | EndingKind;
}

/** The fields of every state. An optional field is absent until the registration or an AWS event sets it. */
export interface SubscriptionFacts {
  /** Opaque and stable; derived from the first identity seen. */
  subscriptionId: string;
  productCode: string;
  /** The cause of the state: `created`, `registered`, or a trigger (`licenseUpdated`, …). */
  stateReason: string;
  customerAWSAccountId?: string;
  /** The full ARN as ResolveCustomer or, before the registration, AWS's event wrote it; records name it. */
  licenseArn?: string;
  /** Only an event has named the ARN, so AWS may not know it in this shape. A registration confirms or replaces it. */
  licenseArnFrom?: 'event';
  /** The `l-…` id within the ARN. Events are matched by it, because they write the ARN in several shapes. */
  licenseId?: string;
  /** Legacy mode only. */
  customerIdentifier?: string;
  /** The first hour in which a legacy customer is metered by its licence; set once, never changed. See `moving.ts`. */
  licenseFrom?: Hour;
  /** From events or, until one names it, from the registration. */
  agreementId?: string;
  /** The agreement that this one renews or replaces. A renewal with a new licence is a separate subscription. */
  previousAgreementId?: string;
  freeTrial?: boolean;
  /** ISO 8601 UTC of the newest beginning by which AWS said whether it is a free trial. Absent: the browser said it. */
  freeTrialSince?: string;
  /**
   * ISO 8601 UTC of the newest beginning (a licence updated, a customer subscribed). Together with `endings` it decides
   * the state, in whatever order events arrive.
   */
  begunAt?: string;
  /** ISO 8601 UTC of the beginning that set `agreementId`. */
  agreementSince?: string;
  /** Every ending without a newer beginning, in order of time. */
  endings?: Ending[];
  /** Every beginning and ending that is remembered, in order of time. The periods of subscription follow from them. */
  life?: LifeFact[];
  /** ISO 8601 UTC of the newest event after which entitlements must be read again. */
  entitlementsChangedAt?: string;
  /** Counts changes, and orders the notices about this subscription. */
  version: number;
}

/** AWS has not activated it yet. */
interface PendingSubscription extends SubscriptionFacts {
  state: 'pending';
}

export interface ActiveSubscription extends SubscriptionFacts {
  state: 'active';
  /** ISO 8601 UTC, the first time. AWS refuses earlier usage (InvalidLicenseException). */
  activatedAt: string;
}

/** `ending`: AWS still accepts the last usage. `ended`: AWS accepts nothing more. */
export interface EndingSubscription extends SubscriptionFacts {
  state: 'ending' | 'ended';
  /** Absent when it was never active. */
  activatedAt?: string;
  /** ISO 8601 UTC of the first ending that counts. */
  endingAt: string;
}

/** One licence (mode `license`), or one legacy customer × product (mode `legacy`), which may move to a licence. */
export type Subscription = PendingSubscription | ActiveSubscription | EndingSubscription;
export type SubscriptionState = Subscription['state'];

/** Every field of every state, for code that shows subscriptions. */
export interface SubscriptionFields extends SubscriptionFacts {
  state: SubscriptionState;
  activatedAt?: string;
  endingAt?: string;
}

/** The states in which the seller's application can report usage. AWS bills it once the subscription is active. */
export const STATES_ACCEPTING_USAGE: ReadonlySet<SubscriptionState> = new Set(['pending', 'active']);

/** The first activation, ISO 8601 UTC; undefined: AWS never activated it. */
export function activationOf({ activatedAt }: SubscriptionFields): string | undefined {
  return activatedAt;
}

/** The end, ISO 8601 UTC; undefined: it has no end yet. */
export function endOf({ endingAt }: SubscriptionFields): string | undefined {
  return endingAt;
}

/** The subscription without its state. */
function factsOf({ state, activatedAt, endingAt, ...facts }: SubscriptionFields): SubscriptionFacts {
  return facts;
}

/** The events that change the state of a subscription. */
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
 * The life cycle of a subscription. Every subscription starts `pending`, and triggers that a state does not name change
 * nothing. Registration with a licence is not a trigger: only AWS's licence event activates. `unsubscribe-success`, the
 * last notification about an older product's customer, leads to `ending`, because the last usage must still be sent.
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

/** The subscription, active if the trigger leads there from its state. An active one only gets the activation time. */
export function activatedBy(
  subscription: Subscription,
  trigger: keyof typeof beginnings,
  activatedAt: string,
): Subscription {
  const state = SUBSCRIPTION_TRANSITIONS[subscription.state][trigger];
  if (state === 'active') return { ...factsOf(subscription), stateReason: trigger, state, activatedAt };
  return subscription.state === 'active' ? { ...subscription, activatedAt } : subscription;
}

/** The subscription with an end: `ending`, unless it has ended before. Give `activatedAt` if it changes. */
export function endedBy(
  subscription: Subscription,
  first: Ending,
  activatedAt = activationOf(subscription),
): EndingSubscription {
  const { state, stateReason } =
    subscription.state === 'ended' ? subscription : ({ state: 'ending', stateReason: first.kind } as const);
  return {
    ...factsOf(subscription),
    stateReason,
    state,
    ...(activatedAt !== undefined && { activatedAt }),
    endingAt: first.at,
  };
}

/** The subscription, ended because the grace after its end has elapsed. */
export function overAfterGrace(subscription: EndingSubscription): EndingSubscription {
  return { ...subscription, state: 'ended', stateReason: 'graceElapsed' };
}
