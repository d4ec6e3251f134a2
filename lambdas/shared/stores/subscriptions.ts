import * as z from 'zod';
import { identityKey, type Identity } from '../domain/identity';
import type { Subscription } from '../domain/subscription';
import type { SubscriptionChange } from '../domain/subscription-change';

/**
 * Subscriptions: who may be metered, how AWS knows them, and what AWS said.
 *
 * | item           | pk                                    | sk                         | holds |
 * |----------------|---------------------------------------|----------------------------|-------|
 * | subscription   | subscriptionId                        | `subscription`             | its fields |
 * | identity       | `license#<l-…>` or `customer#<product code>#<customer identifier>` | `identity` | subscriptionId |
 * | applied event  | subscriptionId                        | `event#<time>#<event id>`  | the event |
 * | waiting event  | `agreement#<agreement id>` or `event` | `event#<time>#<event id>`  | the event |
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

/** An event of AWS Marketplace as it came. */
export interface KeptEvent {
  id: string;
  detailType: string;
  /** ISO 8601 UTC. */
  time: string;
  agreementId?: string;
  /** The event's `detail`, as JSON text: nothing in it is ours to interpret later than now. */
  detail: string;
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
}

/** DynamoDB's numbers arrive as `NumberValue`s; a count of changes is a safe integer. */
const storedCount = z.coerce.number().int().min(0);

export const storedSubscription = z.object({
  subscriptionId: z.string(),
  productCode: z.string(),
  state: z.enum(['pending', 'active', 'ending', 'ended']),
  stateReason: z.string(),
  customerAWSAccountId: z.string().optional(),
  licenseArn: z.string().optional(),
  licenseId: z.string().optional(),
  customerIdentifier: z.string().optional(),
  agreementId: z.string().optional(),
  freeTrial: z.boolean().optional(),
  activatedAt: z.string().optional(),
  endingAt: z.string().optional(),
  licenseUpdatedAt: z.string().optional(),
  deprovisionedAts: z.array(z.string()).optional(),
  version: storedCount,
}) satisfies z.ZodType<Subscription>;

export const subscriptionKey = (subscriptionId: string) => ({ pk: subscriptionId, sk: SUBSCRIPTION_SORT_KEY });

export const identityItemKey = (identity: Identity) => ({ pk: identityKey(identity), sk: IDENTITY_SORT_KEY });

/** Without a subscription an event waits under its agreement, or, if it names none, on a list of its own. */
export function eventKey(event: KeptEvent, subscriptionId: string | undefined) {
  const waitsUnder = event.agreementId === undefined ? 'event' : `agreement#${event.agreementId}`;
  return { pk: subscriptionId ?? waitsUnder, sk: `event#${event.time}#${event.id}` };
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
