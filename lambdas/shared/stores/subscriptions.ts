import * as z from 'zod';
import { identityKey, type Identity } from '../domain/identity';
import type { KeptEvent } from '../domain/marketplace-event';
import { ENDING_KINDS, type Ending, type Subscription } from '../domain/subscription';
import type { SubscriptionChange } from '../domain/subscription-change';
import { reads, storedHour } from './stored-values';

/**
 * Subscriptions: who may be metered, how AWS knows them, and what AWS said.
 *
 * | item           | pk                                    | sk                         | holds |
 * |----------------|---------------------------------------|----------------------------|-------|
 * | subscription   | subscriptionId                        | `subscription`             | its fields |
 * | identity       | `license#<l-…>` or `customer#<product code>#<customer identifier>` | `identity` | subscriptionId |
 * | applied event  | subscriptionId                        | `event#<time>#<event id>`  | the event |
 * | agreement      | `agreement#<agreement id>`            | `subscription#<subscriptionId>` | a licence under it |
 * | waiting event  | `agreement#<agreement id>` or `event` | `event#<time>#<event id>`  | the event |
 * | entitlements   | subscriptionId                        | `entitlements`             | see entitlements.ts |
 * | quota          | `quota`                               | `GetEntitlements`          | see call-quota.ts |
 *
 * An identity is put once and never changed: it is what makes one licence one subscription whoever sees it first.
 * Every change of a subscription is conditional on the version that was read, so no writer undoes another. Events expire
 * after `EVENTS_KEPT_DAYS`; subscriptions and identities never. Only subscriptions carry `customerAWSAccountId`, which
 * is what the index `byAccount` lists.
 */
export const SUBSCRIPTION_SORT_KEY = 'subscription';
export const IDENTITY_SORT_KEY = 'identity';

/** AWS asks sellers to keep an audit log of at least a year. */
export const EVENTS_KEPT_DAYS = 400;

/** An agreement's events name no licence; which licences are under it, only the licences' events say. */
export interface KnownAgreement {
  subscriptionIds: string[];
  /** The agreement's own, in order of time. */
  events: KeptEvent[];
}

export interface SubscriptionReader {
  /** Those that exist, by id; strongly consistent. */
  getMany(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>>;
}

/** What goes into the transaction of a change besides the subscription and its notice. */
export interface ChangeExtras {
  /** Identities that become this subscription's; each must be nobody's yet. */
  identities?: readonly Identity[];
  /** The event that brought the change. */
  event?: KeptEvent;
}

export interface SubscriptionStore extends SubscriptionReader {
  /** Strongly consistent. */
  findByIdentity(identity: Identity): Promise<Subscription | undefined>;
  /** All of it or, when somebody changed the subscription or took an identity meanwhile, nothing. */
  save(change: SubscriptionChange, extras?: ChangeExtras): Promise<'saved' | 'conflict'>;
  /** Keeps an event that changes no subscription: under the subscription it is about, or where it waits for one. */
  keepEvent(event: KeptEvent, subscriptionId?: string): Promise<'kept' | 'duplicate'>;
  /** Notes that a licence is under an agreement. The same again changes nothing. */
  bindAgreement(agreementId: string, subscriptionId: string): Promise<void>;
  /** What is known of an agreement, strongly consistent. */
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

/** DynamoDB's numbers arrive as `NumberValue`s; a count of changes is a safe integer. */
const storedCount = z.coerce.number().int().min(0);

const storedEnding = reads<Ending>()(
  z.object({ at: z.string(), kind: z.enum(ENDING_KINDS), agreementId: z.string().optional() }),
);

const facts = {
  subscriptionId: z.string(),
  productCode: z.string(),
  stateReason: z.string(),
  customerAWSAccountId: z.string().optional(),
  licenseArn: z.string().optional(),
  licenseId: z.string().optional(),
  customerIdentifier: z.string().optional(),
  licenseFrom: storedHour.optional(),
  agreementId: z.string().optional(),
  freeTrial: z.boolean().optional(),
  begunAt: z.string().optional(),
  agreementSince: z.string().optional(),
  endings: z.array(storedEnding).optional(),
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

/** Without a subscription an event waits under its agreement, or, if it names none, on a list of its own. */
export function eventKey(event: KeptEvent, subscriptionId: string | undefined) {
  const waitsUnder = event.agreementId === undefined ? 'event' : agreementKey(event.agreementId);
  return { pk: subscriptionId ?? waitsUnder, sk: `${EVENT_PREFIX}${event.time}#${event.id}` };
}

/** More writers at once than this, again and again, is not contention but a fault. */
const MAX_ATTEMPTS = 10;

/**
 * Reads, decides and writes again until nobody else has written in between.
 * @throws Error when that never happens; whoever called tries again later.
 */
export async function untilSaved<Result>(attempt: () => Promise<Result | 'conflict'>): Promise<Result> {
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts += 1) {
    const result = await attempt();
    if (result !== 'conflict') return result;
  }
  throw new Error(`A subscription was changed by others in ${MAX_ATTEMPTS} attempts in a row.`);
}
