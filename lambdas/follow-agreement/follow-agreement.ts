import * as z from 'zod';
import type { SellerConfiguration } from '../shared/contract/seller-configuration';
import { mintSubscriptionId, newSubscription, type Identity } from '../shared/domain/identity';
import { applyLicenseEvent } from '../shared/domain/license-event';
import type { Subscription } from '../shared/domain/subscription';
import { toChange } from '../shared/domain/subscription-change';
import { toAgreementEvent, type AgreementEvent } from '../shared/marketplace/agreement-events';
import type { Clock } from '../shared/runtime/clock';
import { UnusableInputError } from '../shared/runtime/error-ids';
import type { Log } from '../shared/runtime/invocation';
import type { Counters } from '../shared/runtime/metrics';
import { untilSaved, type SubscriptionStore } from '../shared/stores/subscriptions';

export interface FollowAgreementDeps {
  configuration: Pick<SellerConfiguration, 'products'>;
  subscriptions: Pick<SubscriptionStore, 'findByIdentity' | 'save' | 'keepEvent'>;
  clock: Clock;
  sha256Hex(text: string): string;
  logger: Pick<Log, 'info' | 'warn'>;
  counters: Counters;
}

/** What became of an event; each is a metric. */
export type FollowOutcome =
  /** The subscription is another than before. */
  | 'applied'
  /** A redelivery, or older than what is known: it says nothing new. */
  | 'unchanged'
  /** An agreement's, or of a kind we do not know. */
  | 'kept'
  /** A licence of a product that is not ours to follow: not in the configuration, or in legacy mode. */
  | 'notFollowed';

const METRICS: Record<FollowOutcome, string> = {
  applied: 'LicenseEventsApplied',
  unchanged: 'LicenseEventsUnchanged',
  kept: 'AgreementEventsKept',
  notFollowed: 'LicenseEventsNotFollowed',
};

type LicenseAgreementEvent = Extract<AgreementEvent, { kind: 'license' }>;

/**
 * Takes one event of AWS Marketplace. Whatever it is, it is stored when this returns; when this throws, the queue brings
 * it back, and in the end moves it to the dead letters.
 * @throws UnusableInputError for what is no event at all, and for a new licence of which no product is named.
 */
export async function followAgreement(input: unknown, deps: FollowAgreementDeps): Promise<FollowOutcome> {
  const agreementEvent = readEvent(input);
  const outcome =
    agreementEvent.kind === 'license'
      ? await untilSaved(() => followLicense(agreementEvent, deps))
      : await keep(agreementEvent, deps);
  for (const [name, metric] of Object.entries(METRICS)) deps.counters.count(metric, name === outcome ? 1 : 0);
  const eventId = agreementEvent.kept.id;
  // Not its detail-type: the queue takes messages from whoever may send, and their words are not for the log.
  const kind = agreementEvent.kind === 'license' ? agreementEvent.event.kind : agreementEvent.kind;
  deps.logger.info('Followed', { messageCode: 'AGREEMENT_EVENT_FOLLOWED', eventId, kind, outcome });
  return outcome;
}

function readEvent(input: unknown): AgreementEvent {
  try {
    return toAgreementEvent(input);
  } catch (error) {
    if (error instanceof z.ZodError)
      throw new UnusableInputError('notAnEvent', 'The message is no event of EventBridge.');
    throw error;
  }
}

async function followLicense(
  agreementEvent: LicenseAgreementEvent,
  deps: FollowAgreementDeps,
): Promise<FollowOutcome | 'conflict'> {
  const { event, kept } = agreementEvent;
  const identity: Identity = { kind: 'license', licenseId: event.licenseId };
  const before = await deps.subscriptions.findByIdentity(identity);
  const subscription = before ?? toNewSubscription(identity, agreementEvent, deps);
  if (subscription === undefined) {
    await deps.subscriptions.keepEvent(kept);
    return 'notFollowed';
  }
  warnOfOtherAccount(subscription, agreementEvent, deps);
  const after = applyLicenseEvent(subscription, event);
  const change = toChange(before, after, new Date(deps.clock.now()).toISOString());
  if (change === undefined) {
    await deps.subscriptions.keepEvent(kept, subscription.subscriptionId);
    return 'unchanged';
  }
  const identities = before === undefined ? [identity] : [];
  const saved = await deps.subscriptions.save(change, { identities, event: kept });
  return saved === 'conflict' ? 'conflict' : 'applied';
}

/**
 * The subscription of a licence that nobody has registered yet, if the product is one whose buyers are known by licence.
 * @throws UnusableInputError when the event does not say which product; the queue brings it back, perhaps when the buyer
 * has registered.
 */
function toNewSubscription(
  identity: Identity,
  { productCode, event }: LicenseAgreementEvent,
  { configuration, sha256Hex }: FollowAgreementDeps,
): Subscription | undefined {
  if (productCode === undefined) {
    throw new UnusableInputError('productMissing', `The event of licence ${event.licenseId} names no product.`);
  }
  const product = configuration.products.find((candidate) => candidate.productCode === productCode);
  if (product?.identityMode !== 'license') return undefined;
  return newSubscription(mintSubscriptionId(identity, sha256Hex), productCode);
}

/** The licence stays with the account it was registered for; that AWS names another one is worth a look. */
function warnOfOtherAccount(
  { subscriptionId, customerAWSAccountId: bound }: Subscription,
  { event }: LicenseAgreementEvent,
  { logger, counters }: FollowAgreementDeps,
): void {
  const differs = bound !== undefined && (event.customerAWSAccountId ?? bound) !== bound;
  counters.count('LicenseEventsOfOtherAccount', differs ? 1 : 0);
  if (differs) logger.warn('Another account', { messageCode: 'LICENSE_EVENT_OF_OTHER_ACCOUNT', subscriptionId });
}

async function keep({ kept }: AgreementEvent, { subscriptions }: FollowAgreementDeps): Promise<FollowOutcome> {
  await subscriptions.keepEvent(kept);
  return 'kept';
}
