import * as z from 'zod';
import type { AnnouncementNotice } from '../contract/notices';
import { identityKey, type Identity } from '../domain/identity';
import type { KeptEvent } from '../domain/marketplace-event';
import { ENDING_KINDS, type Ending, type LifeFact, type Subscription } from '../domain/subscription';
import type { SubscriptionChange } from '../domain/subscription-change';
import { RetryLaterError } from '../domain/retry-later-error';
import { reads, storedHour } from './stored-values';

/**
 * Subscriptions, their identities at AWS, and AWS's events about them.
 *
 * | item           | pk                                    | sk                         | holds |
 * |----------------|---------------------------------------|----------------------------|-------|
 * | subscription   | subscriptionId                        | `subscription`             | its fields |
 * | identity       | `license#<l-…>` or `customer#<product code>#<customer identifier>` | `identity` | subscriptionId |
 * | applied event  | subscriptionId                        | `event#<time>#<event id>`  | the event |
 * | told event     | subscriptionId                        | `event#<time>#<announced>#<agreement id>` | the event |
 * | agreement      | `agreement#<agreement id>`            | `subscription#<subscriptionId>` | a licence under it |
 * | waiting event  | `agreement#<agreement id>` or `event` | `event#<time>#<event id>`  | the event |
 * | entitlements   | subscriptionId                        | `entitlements`             | see entitlements.ts |
 * | details        | subscriptionId                        | `agreement`                | see agreement-details.ts |
 * | quota          | `quota`                               | `GetEntitlements`          | see call-quota.ts |
 *
 * An identity is written once and never changed, so that a licence has one subscription, whichever function sees it
 * first. Every change of a subscription is conditional on the version that was read, so that no writer undoes another's
 * change. Events expire after `EVENTS_KEPT_DAYS`; subscriptions and identities never expire. Only subscriptions have
 * `customerAWSAccountId`, so the index `byAccount` contains subscriptions only.
 */
export const SUBSCRIPTION_SORT_KEY = 'subscription';
export const IDENTITY_SORT_KEY = 'identity';

/** AWS asks sellers to keep an audit log for at least a year. */
export const EVENTS_KEPT_DAYS = 400;

/** The licences' events tell which licences are under an agreement; the agreement's own events name none. */
export interface KnownAgreement {
  subscriptionIds: string[];
  /** The agreement's events in order of time. */
  events: KeptEvent[];
}

export interface SubscriptionReader {
  /** Existing subscriptions by id; strongly consistent. */
  getMany(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>>;
}

/** Only intake may glance: it accepts usage by an outdated subscription, and refuses none. */
export interface SubscriptionGlancer extends SubscriptionReader {
  /** `getMany` at half the price, eventually consistent: a subscription may be as it was a moment ago, or missing. */
  glance(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>>;
}

/** Further items in the transaction of a change. */
export interface ChangeExtras {
  /** Identities that the subscription gets. None may belong to a subscription yet. */
  identities?: readonly Identity[];
  /** The event that caused the change. */
  event?: KeptEvent;
}

export interface SubscriptionStore extends SubscriptionReader {
  /** Strongly consistent. */
  findByIdentity(identity: Identity): Promise<Subscription | undefined>;
  /** Saves atomically. `conflict`: the subscription changed or an identity was taken in the meantime. */
  save(change: SubscriptionChange, extras?: ChangeExtras): Promise<'saved' | 'conflict'>;
  /** Keeps an event that changes no subscription. Without a subscription the event waits for one. */
  keepEvent(event: KeptEvent, subscriptionId?: string): Promise<'kept' | 'duplicate'>;
  /** Puts a notice about an event, together with the event. `duplicate`: it was told before. */
  tell(notice: AnnouncementNotice, event: KeptEvent): Promise<'told' | 'duplicate' | 'conflict'>;
  /** Stores that a licence is under an agreement; idempotent. */
  bindAgreement(agreementId: string, subscriptionId: string): Promise<void>;
  /** The licences and events of an agreement; strongly consistent. */
  ofAgreement(agreementId: string): Promise<KnownAgreement>;
}

export const storedEvent = reads<KeptEvent>()(
  z.object({
    id: z.string(),
    detailType: z.string(),
    time: z.string(),
    agreementId: z.string().optional(),
    detail: z.string(),
  }),
);

/** Numbers arrive as `NumberValue`; a count of changes is a safe integer. */
const storedCount = z.coerce.number().int().min(0);

const storedEnding = reads<Ending>()(
  z.object({ at: z.string(), kind: z.enum(ENDING_KINDS), agreementId: z.string().optional() }),
);

const storedLifeFact = reads<LifeFact>()(
  z.object({ at: z.string(), kind: z.enum(['began', ...ENDING_KINDS]), agreementId: z.string().optional() }),
);

const facts = {
  subscriptionId: z.string(),
  productCode: z.string(),
  stateReason: z.string(),
  customerAWSAccountId: z.string().optional(),
  licenseArn: z.string().optional(),
  licenseArnFrom: z.literal('event').optional(),
  licenseId: z.string().optional(),
  customerIdentifier: z.string().optional(),
  licenseFrom: storedHour.optional(),
  agreementId: z.string().optional(),
  previousAgreementId: z.string().optional(),
  freeTrial: z.boolean().optional(),
  freeTrialSince: z.string().optional(),
  begunAt: z.string().optional(),
  agreementSince: z.string().optional(),
  endings: z.array(storedEnding).optional(),
  life: z.array(storedLifeFact).optional(),
  entitlementsChangedAt: z.string().optional(),
  version: storedCount,
};

export const storedSubscription = reads<Subscription>()(
  z.discriminatedUnion('state', [
    z.object({ ...facts, state: z.literal('pending') }),
    z.object({ ...facts, state: z.literal('active'), activatedAt: z.string() }),
    z.object({
      ...facts,
      state: z.enum(['ending', 'ended']),
      activatedAt: z.string().optional(),
      endingAt: z.string(),
    }),
  ]),
);

export const subscriptionKey = (subscriptionId: string) => ({ pk: subscriptionId, sk: SUBSCRIPTION_SORT_KEY });

export const identityItemKey = (identity: Identity) => ({ pk: identityKey(identity), sk: IDENTITY_SORT_KEY });

export const AGREEMENT_POINTER_PREFIX = 'subscription#';
export const EVENT_PREFIX = 'event#';
export const agreementKey = (agreementId: string): string => `agreement#${agreementId}`;

/** An event without a subscription waits under its agreement, or under `event` if it names none. */
export function eventKey(event: KeptEvent, subscriptionId: string | undefined) {
  const waitsUnder = event.agreementId === undefined ? 'event' : agreementKey(event.agreementId);
  return { pk: subscriptionId ?? waitsUnder, sk: `${EVENT_PREFIX}${event.time}#${event.id}` };
}

/** So many conflicts in a row are not contention but a fault. */
const MAX_ATTEMPTS = 10;

/**
 * Repeats an attempt (read, decide, write) until no other writer gets in between.
 * @throws Error after too many attempts; try again later.
 */
export async function untilSaved<Result>(attempt: () => Promise<Result | 'conflict'>): Promise<Result> {
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts += 1) {
    const result = await attempt();
    if (result !== 'conflict') return result;
  }
  throw new RetryLaterError(`Others changed the subscription during each of ${MAX_ATTEMPTS} attempts: try again.`);
}
