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
import type { Clock } from '../shared/runtime/clock';
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

/** What became of an event; each is a metric. */
export type FollowOutcome =
  /** The subscription is another than before. */
  | 'applied'
  /** A redelivery, or older than what is known: it says nothing new. */
  | 'unchanged'
  /** An agreement's, whose licence nobody has named yet: applied as soon as somebody does. */
  | 'waiting'
  /** It says nothing of a subscription, or is of a kind we do not know. */
  | 'kept'
  /** Of a product that is not ours to follow this way: not in the configuration, or in the other identity mode. */
  | 'notFollowed';

const METRICS = {
  applied: 'LicenseEventsApplied',
  unchanged: 'LicenseEventsUnchanged',
  waiting: 'AgreementEventsWaiting',
  kept: 'AgreementEventsKept',
  notFollowed: 'LicenseEventsNotFollowed',
} as const satisfies Record<FollowOutcome, MetricOf<'follow-agreement'>>;

/**
 * Takes one event of AWS Marketplace. Whatever it is, it is stored when this returns; when this throws, the queue brings
 * it back, and in the end moves it to the dead letters.
 * @throws UnusableInputError for what is no event at all, and for a new licence of which no product is named.
 */
export async function followAgreement(input: unknown, deps: FollowAgreementDeps): Promise<FollowOutcome> {
  const event = readEvent(input);
  const { id: eventId } = event.kept;
  const outcome = await follow(event, deps);
  for (const metric of Object.values(METRICS)) deps.counters.count(metric, metric === METRICS[outcome] ? 1 : 0);
  // Not its detail-type: the queue takes messages from whoever may send, and their words are not for the log.
  const kind = event.kind === 'other' ? event.kind : event.event.kind;
  deps.logger.info('Followed', { messageCode: 'AGREEMENT_EVENT_FOLLOWED', eventId, kind, outcome });
  return outcome;
}

function readEvent(input: unknown): MarketplaceEvent {
  try {
    return toMarketplaceEvent(input);
  } catch (error) {
    if (error instanceof z.ZodError)
      throw new UnusableInputError('notAnEvent', 'The message is no event of AWS Marketplace.');
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

/** An event that names a licence, or a customer of an older product: one subscription. */
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
  // While it was not stored, an event of its agreement had nothing to be applied to: look once more.
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
 * What the agreement of a licence has said before anybody knew whose it is. The licence is bound to the agreement first
 * and its events are read afterwards; an event of the agreement is kept first and its licences are read afterwards: of
 * two such runs at once, at least one sees what the other wrote.
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

/** An agreement's own event: every licence that is known to be under it. */
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
  // Bound, but not stored yet: whoever stores it looks once more afterwards.
  if (before === undefined) return 'waiting';
  const change = toChange(before, applySubscriptionEvent(before, event), new Date(clock.now()).toISOString());
  if (change === undefined) return 'unchanged';
  return (await subscriptions.save(change, { event: kept })) === 'conflict' ? 'conflict' : 'applied';
}

const IDENTITY_MODE = { license: 'license', customer: 'legacy' } satisfies Record<string, Product['identityMode']>;

/**
 * The subscription that nobody has registered yet, if the product is one whose buyers are known this way.
 * @throws UnusableInputError when the event does not say which product; the queue brings it back, perhaps when the buyer
 * has registered.
 */
function toNewSubscription(
  identity: Identity,
  { kind, productCode, kept }: LicenseEvent | CustomerEvent,
  { configuration, sha256Hex }: FollowAgreementDeps,
): Subscription | undefined {
  if (productCode === undefined) {
    throw new UnusableInputError('productMissing', `The event ${kept.id} of a licence names no product.`);
  }
  const product = configuration.products.find((candidate) => candidate.productCode === productCode);
  if (product?.identityMode !== IDENTITY_MODE[kind]) return undefined;
  const subscription = newSubscription(mintSubscriptionId(identity, sha256Hex), productCode);
  if (identity.kind === 'license') return subscription;
  return { ...subscription, customerIdentifier: identity.customerIdentifier };
}

/** The licence stays with the account it was registered for; that AWS names another one is worth a look. */
function warnOfOtherAccount(
  { subscriptionId, customerAWSAccountId: bound }: Subscription,
  { event }: LicenseEvent,
  { logger, counters }: FollowAgreementDeps,
): void {
  const differs = bound !== undefined && (event.customerAWSAccountId ?? bound) !== bound;
  counters.count('LicenseEventsOfOtherAccount', differs ? 1 : 0);
  if (differs) logger.warn('Another account', { messageCode: 'LICENSE_EVENT_OF_OTHER_ACCOUNT', subscriptionId });
}
