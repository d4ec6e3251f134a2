import * as z from 'zod';
import type { MetricOf } from '../shared/contract/metrics';
import type { Product, ParsedConfiguration } from '../shared/contract/seller-configuration';
import { isPaymentRisk } from '../shared/domain/announcement';
import { mintSubscriptionId, newSubscription, type Identity } from '../shared/domain/identity';
import { applySubscriptionEvent } from '../shared/domain/lifecycle-event';
import type { AgreementEvent, CustomerEvent, LicenseEvent, MarketplaceEvent } from '../shared/domain/marketplace-event';
import type { Subscription } from '../shared/domain/subscription';
import { toChange } from '../shared/domain/subscription-change';
import { toMarketplaceEvent } from '../shared/marketplace/subscription-notifications';
import type { Clock } from '../shared/runtime/ports';
import { UnusableInputError } from '../shared/runtime/error-ids';
import type { Log } from '../shared/runtime/logger';
import type { Counters } from '../shared/runtime/metrics';
import { untilSaved, type SubscriptionStore } from '../shared/stores/subscriptions';
import { applyAgreementEvent, applyEvent, bindToAgreement, tellAnnouncements } from './agreement-news';

export interface FollowAgreementDeps {
  configuration: Pick<ParsedConfiguration, 'products'>;
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
  deps.counters.count('PaymentRisks', 0);
  const outcome = await follow(event, deps);
  for (const metric of Object.values(METRICS)) deps.counters.count(metric, metric === METRICS[outcome] ? 1 : 0);
  // The detail-type is not logged, because other senders to the queue may put anything into it.
  const kind = kindOf(event);
  deps.logger.info('Event followed', { messageCode: 'AGREEMENT_EVENT_FOLLOWED', eventId, kind, outcome });
  return outcome;
}

function kindOf(event: MarketplaceEvent): string {
  switch (event.kind) {
    case 'license':
    case 'customer':
      return event.event.kind;
    case 'agreement':
      return event.announcement?.announced ?? event.event?.kind ?? event.kind;
    case 'other':
      return event.kind;
  }
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
  const waiting = kept.agreementId === undefined ? [] : await bindToAgreement(subscription, kept.agreementId, deps);
  const after = waiting.reduce(applyEvent, applySubscriptionEvent(subscription, told.event));
  const change = toChange(before, after, new Date(deps.clock.now()).toISOString());
  if (change === undefined) {
    await deps.subscriptions.keepEvent(kept, subscription.subscriptionId);
    await tellAnnouncements(subscription, waiting, deps);
    return 'unchanged';
  }
  const identities = before === undefined ? [identity] : [];
  if ((await deps.subscriptions.save(change, { identities, event: kept })) === 'conflict') return 'conflict';
  await tellAnnouncements(change.after, waiting, deps);
  // An event of its agreement may have arrived before the subscription was stored under it: look again.
  const mayHaveMissedOne = before === undefined || before.agreementId !== change.after.agreementId;
  if (mayHaveMissedOne && kept.agreementId !== undefined) await untilSaved(() => followSubscriber(told, deps));
  return 'applied';
}

function identityOf(told: LicenseEvent | CustomerEvent): Identity {
  if (told.kind === 'license') return { kind: 'license', licenseId: told.event.licenseId };
  const { productCode, customerIdentifier } = told;
  return { kind: 'legacyCustomer', productCode, customerIdentifier };
}

/** Follows an event about an agreement: applies it to every known licence under the agreement. */
async function followWholeAgreement(told: AgreementEvent, deps: FollowAgreementDeps): Promise<FollowOutcome> {
  const kept = await deps.subscriptions.keepEvent(told.kept);
  const { subscriptionIds } = await deps.subscriptions.ofAgreement(told.agreementId);
  let outcome: FollowOutcome = 'waiting';
  for (const subscriptionId of subscriptionIds) {
    const one = await untilSaved(() => applyAgreementEvent(subscriptionId, told, deps));
    if (outcome !== 'applied' && one !== 'waiting') outcome = one;
  }
  const isNew = outcome === 'applied' || (outcome === 'waiting' && kept === 'kept');
  if (isNew && told.announcement && isPaymentRisk(told.announcement)) deps.counters.count('PaymentRisks', 1);
  return outcome;
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
