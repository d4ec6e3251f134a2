import * as z from 'zod';
import type { MetricOf } from '../shared/contract/metrics';
import type { Product, SellerConfiguration } from '../shared/contract/seller-configuration';
import { mintSubscriptionId, newSubscription, type Identity } from '../shared/domain/identity';
import { applySubscriptionEvent } from '../shared/domain/lifecycle-event';
import type {
  AgreementEvent,
  CustomerEvent,
  KeptEvent,
  LicenseEvent,
  MarketplaceEvent,
} from '../shared/domain/marketplace-event';
import type { Subscription } from '../shared/domain/subscription';
import { toChange } from '../shared/domain/subscription-change';
import { ofKeptEvent } from '../shared/marketplace/agreement-events';
import { toMarketplaceEvent } from '../shared/marketplace/subscription-notifications';
import type { Clock } from '../shared/runtime/ports';
import { UnusableInputError } from '../shared/runtime/error-ids';
import type { Log } from '../shared/runtime/logger';
import type { Counters } from '../shared/runtime/metrics';
import { untilSaved, type SubscriptionStore } from '../shared/stores/subscriptions';

export interface FollowAgreementDeps {
  configuration: Pick<SellerConfiguration, 'products'>;
  subscriptions: SubscriptionStore;
  clock: Clock;
  sha256Hex(text: string): string;
  logger: Pick<Log, 'info' | 'warn'>;
  counters: Counters<'follow-agreement'>;
}

/** The outcome of an event; each has a metric. */
export type FollowOutcome =
  /** The event changed the subscription. */
  | 'applied'
  /** A redelivery, or older than the known facts: it changes nothing. */
  | 'unchanged'
  /** The event is about an agreement without a known licence. It is applied once the licence is known. */
  | 'waiting'
  /** The event does not concern a subscription, or its kind is unknown. */
  | 'kept'
  /** The product is not in the configuration, or has the other identity mode. */
  | 'notFollowed';

const METRICS = {
  applied: 'LicenseEventsApplied',
  unchanged: 'LicenseEventsUnchanged',
  waiting: 'AgreementEventsWaiting',
  kept: 'AgreementEventsKept',
  notFollowed: 'LicenseEventsNotFollowed',
} as const satisfies Record<FollowOutcome, MetricOf<'follow-agreement'>>;

/**
 * Handles one event from AWS Marketplace. When this returns, the event is stored. When this throws, the queue delivers
 * it again, and finally moves it to the dead-letter queue.
 * @throws UnusableInputError for input that is not an event, and for a new licence without a product code.
 */
export async function followAgreement(input: unknown, deps: FollowAgreementDeps): Promise<FollowOutcome> {
  const event = readEvent(input);
  const { id: eventId } = event.kept;
  const outcome = await follow(event, deps);
  for (const metric of Object.values(METRICS)) deps.counters.count(metric, metric === METRICS[outcome] ? 1 : 0);
  // The detail-type is not logged, because other senders to the queue may put anything into it.
  const kind = event.kind === 'other' ? event.kind : event.event.kind;
  deps.logger.info('Event followed', { messageCode: 'AGREEMENT_EVENT_FOLLOWED', eventId, kind, outcome });
  return outcome;
}

function readEvent(input: unknown): MarketplaceEvent {
  try {
    return toMarketplaceEvent(input);
  } catch (error) {
    if (error instanceof z.ZodError)
      throw new UnusableInputError('notAnEvent', 'The message is not an event from AWS Marketplace.');
    throw error;
  }
}

async function follow(event: MarketplaceEvent, deps: FollowAgreementDeps): Promise<FollowOutcome> {
  switch (event.kind) {
    case 'license':
    case 'customer':
      return untilSaved(() => followSubscriber(event, deps));
    case 'agreement':
      return followWholeAgreement(event, deps);
    case 'other':
      await deps.subscriptions.keepEvent(event.kept);
      return 'kept';
  }
}

/** Follows an event about one subscription: it names a licence, or a customer of an older product. */
async function followSubscriber(
  told: LicenseEvent | CustomerEvent,
  deps: FollowAgreementDeps,
): Promise<FollowOutcome | 'conflict'> {
  const { kept } = told;
  const identity = identityOf(told);
  const before = await deps.subscriptions.findByIdentity(identity);
  const subscription = before ?? toNewSubscription(identity, told, deps);
  if (subscription === undefined) {
    await deps.subscriptions.keepEvent(kept);
    return 'notFollowed';
  }
  if (told.kind === 'license') warnOfOtherAccount(subscription, told, deps);
  const waiting = await eventsOfAgreement(kept, subscription, deps);
  const after = [told, ...waiting].reduce((so, { event }) => applySubscriptionEvent(so, event), subscription);
  const change = toChange(before, after, new Date(deps.clock.now()).toISOString());
  if (change === undefined) {
    await deps.subscriptions.keepEvent(kept, subscription.subscriptionId);
    return 'unchanged';
  }
  const identities = before === undefined ? [identity] : [];
  if ((await deps.subscriptions.save(change, { identities, event: kept })) === 'conflict') return 'conflict';
  // An event of its agreement may have arrived before the subscription was stored: look again.
  const mayHaveMissedOne = before === undefined && kept.agreementId !== undefined;
  if (mayHaveMissedOne) await untilSaved(() => followSubscriber(told, deps));
  return 'applied';
}

function identityOf(told: LicenseEvent | CustomerEvent): Identity {
  if (told.kind === 'license') return { kind: 'license', licenseId: told.event.licenseId };
  const { productCode, customerIdentifier } = told;
  return { kind: 'legacyCustomer', productCode, customerIdentifier };
}

/**
 * The events of a licence's agreement that arrived before the licence was known. This binds the licence and then reads
 * the agreement's events; `followWholeAgreement` keeps the event and then reads the licences. Of two concurrent runs,
 * at least one therefore sees the other's write.
 */
async function eventsOfAgreement(
  { agreementId }: KeptEvent,
  { subscriptionId }: Subscription,
  { subscriptions }: FollowAgreementDeps,
): Promise<AgreementEvent[]> {
  if (agreementId === undefined) return [];
  await subscriptions.bindAgreement(agreementId, subscriptionId);
  const { events } = await subscriptions.ofAgreement(agreementId);
  return events.map(ofKeptEvent).filter((event) => event.kind === 'agreement');
}

/** Follows an event about an agreement: applies it to every known licence under the agreement. */
async function followWholeAgreement(told: AgreementEvent, deps: FollowAgreementDeps): Promise<FollowOutcome> {
  await deps.subscriptions.keepEvent(told.kept);
  const { subscriptionIds } = await deps.subscriptions.ofAgreement(told.agreementId);
  let outcome: FollowOutcome = 'waiting';
  for (const subscriptionId of subscriptionIds) {
    const one = await untilSaved(() => applyTo(subscriptionId, told, deps));
    if (outcome !== 'applied' && one !== 'waiting') outcome = one;
  }
  return outcome;
}

async function applyTo(
  subscriptionId: string,
  { event, kept }: AgreementEvent,
  { subscriptions, clock }: FollowAgreementDeps,
): Promise<FollowOutcome | 'conflict'> {
  const before = (await subscriptions.getMany([subscriptionId])).get(subscriptionId);
  // Bound but not stored yet: the run that stores it looks for the event afterwards.
  if (before === undefined) return 'waiting';
  const change = toChange(before, applySubscriptionEvent(before, event), new Date(clock.now()).toISOString());
  if (change === undefined) return 'unchanged';
  return (await subscriptions.save(change, { event: kept })) === 'conflict' ? 'conflict' : 'applied';
}

const IDENTITY_MODE = { license: 'license', customer: 'legacy' } satisfies Record<string, Product['identityMode']>;

/**
 * A new subscription for an event that arrives before the registration; undefined when the product is not followed.
 * @throws UnusableInputError when the event names no product. By the time the queue delivers it again, the buyer may have
 * registered.
 */
function toNewSubscription(
  identity: Identity,
  { kind, productCode, kept }: LicenseEvent | CustomerEvent,
  { configuration, sha256Hex }: FollowAgreementDeps,
): Subscription | undefined {
  if (productCode === undefined) {
    throw new UnusableInputError('productMissing', `The licence event ${kept.id} names no product.`);
  }
  const product = configuration.products.find((candidate) => candidate.productCode === productCode);
  if (product?.identityMode !== IDENTITY_MODE[kind]) return undefined;
  const subscription = newSubscription(mintSubscriptionId(identity, sha256Hex), productCode);
  if (identity.kind === 'license') return subscription;
  return { ...subscription, customerIdentifier: identity.customerIdentifier };
}

/** The licence stays with the account that registered it. Another account in AWS's event needs attention. */
function warnOfOtherAccount(
  { subscriptionId, customerAWSAccountId: bound }: Subscription,
  { event }: LicenseEvent,
  { logger, counters }: FollowAgreementDeps,
): void {
  const differs = bound !== undefined && (event.customerAWSAccountId ?? bound) !== bound;
  counters.count('LicenseEventsOfOtherAccount', differs ? 1 : 0);
  if (differs)
    logger.warn('The event names another account', { messageCode: 'LICENSE_EVENT_OF_OTHER_ACCOUNT', subscriptionId });
}
