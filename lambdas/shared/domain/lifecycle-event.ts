import { withLifeFact } from './periods';
import {
  ENDING_KINDS,
  activatedBy,
  activationOf,
  endedBy,
  type Ending,
  type EndingKind,
  type LifeFact,
  type Subscription,
  type SubscriptionFacts,
} from './subscription';

/** One type per kind, so that the compiler can distinguish them. */
type Event<Kind extends string, Facts = unknown> = Kind extends string
  ? {
      kind: Kind;
      /** ISO 8601 UTC with milliseconds, so that texts sort in order of time. */
      time: string;
    } & Facts
  : never;

interface LicenseFacts {
  licenseId: string;
  /** Absent when the event writes it in a shape that AWS does not accept in records. */
  licenseArn?: string;
  customerAWSAccountId?: string;
  agreementId?: string;
}

interface CustomerFacts {
  customerIdentifier: string;
  freeTrial?: boolean;
}

/** About a licence. */
export type LicenseLifecycleEvent = Event<'licenseUpdated' | 'licenseDeprovisioned', LicenseFacts>;
/** About an agreement, and so about the licences under it. */
export type AgreementLifecycleEvent = Event<'agreementEnded', { agreementId: string }>;
/** About a customer of an older product. */
export type CustomerLifecycleEvent = Event<
  'subscribeSucceeded' | 'subscribeFailed' | 'unsubscribePending' | 'unsubscribeSucceeded',
  CustomerFacts
>;
/** A customer of an older product registered. AWS resolves subscribers only, so the customer is subscribed. */
type LegacyRegistration = Event<'legacyRegistered'>;
/** The entitlements may have changed. GetEntitlements returns the new ones. */
export type EntitlementEvent = Event<'entitlementsChanged'>;
/** An agreement follows another one. The licence may stay or be a new one. */
export type RenewalEvent = Event<'agreementRenewed', { agreementId: string; previousAgreementId: string }>;

export type LifecycleEvent =
  LicenseLifecycleEvent | AgreementLifecycleEvent | CustomerLifecycleEvent | LegacyRegistration;
type EndingEvent = Extract<LifecycleEvent, { kind: EndingKind }>;
type Beginning = Exclude<LifecycleEvent, EndingEvent>;

/**
 * The subscription after an event. Events arrive at least once and in any order, and the result depends on neither: the
 * subscription keeps a set of facts. The newest beginning and every ending that is not older give the state; all together
 * give the periods of subscription.
 *
 * ```text
 * updated 10:00   deprovisioned 11:00   updated 12:00   deprovisioned 13:00
 * active          ending (11:00)        active          ending (13:00)        in any order of arrival
 * ```
 *
 * The end of an agreement counts only while the licence is under that agreement: a licence under a newer agreement goes
 * on. In the same second the ending wins: a licence cannot be revoked before it is granted, and a buyer needs longer
 * than a second to come back. A known account is never overwritten.
 */
export function applyLifecycleEvent(subscription: Subscription, event: LifecycleEvent): Subscription {
  const begins = isBeginning(event);
  const remembered: Subscription = {
    ...subscription,
    ...identityOf(subscription, event),
    ...(begins ? begunBy(subscription, event) : { endings: endingsWith(subscription, event) }),
    life: withLifeFact(subscription, toLifeFact(event)),
  };
  const activatedAt = begins ? earlier(activationOf(subscription), event.time) : activationOf(subscription);
  const [first] = endingsThatCount(remembered);
  if (first !== undefined) return endedBy(remembered, first, activatedAt);
  return begins && activatedAt !== undefined ? activatedBy(remembered, event.kind, activatedAt) : remembered;
}

/** The subscription after any event from AWS Marketplace, whatever the order of arrival. */
export function applySubscriptionEvent(
  subscription: Subscription,
  event: LifecycleEvent | EntitlementEvent | RenewalEvent,
): Subscription {
  switch (event.kind) {
    case 'entitlementsChanged':
      return { ...subscription, entitlementsChangedAt: later(subscription.entitlementsChangedAt, event.time) };
    case 'agreementRenewed': {
      // Another agreement's renewal is read again when the subscription comes under that agreement.
      const { agreementId, previousAgreementId } = event;
      return subscription.agreementId === agreementId ? { ...subscription, previousAgreementId } : subscription;
    }
    default:
      return applyLifecycleEvent(subscription, event);
  }
}

function isBeginning(event: LifecycleEvent): event is Beginning {
  return !ENDING_KINDS.some((kind) => kind === event.kind);
}

function identityOf(known: SubscriptionFacts, event: LifecycleEvent): Partial<SubscriptionFacts> {
  if ('customerIdentifier' in event)
    return { customerIdentifier: known.customerIdentifier ?? event.customerIdentifier };
  if (!('licenseId' in event)) return {};
  return {
    licenseId: known.licenseId ?? event.licenseId,
    ...(known.licenseArn === undefined && licenseArnOf(event)),
    customerAWSAccountId: known.customerAWSAccountId ?? event.customerAWSAccountId,
  };
}

function toLifeFact(event: LifecycleEvent): LifeFact {
  if (isBeginning(event)) {
    const agreementId = 'agreementId' in event ? event.agreementId : undefined;
    return { at: event.time, kind: 'began', ...(agreementId !== undefined && { agreementId }) };
  }
  return toEnding(event);
}

function toEnding(event: EndingEvent): Ending {
  return {
    at: event.time,
    kind: event.kind,
    ...(event.kind === 'agreementEnded' && { agreementId: event.agreementId }),
  };
}

/** Provisional until a registration names the licence: events write the ARN in several shapes. */
function licenseArnOf({ licenseArn }: LicenseFacts): Partial<SubscriptionFacts> {
  return licenseArn === undefined ? {} : { licenseArn, licenseArnFrom: 'event' };
}

function begunBy(known: SubscriptionFacts, event: Beginning): Partial<SubscriptionFacts> {
  const begunAt = later(known.begunAt, event.time);
  return {
    begunAt,
    endings: known.endings?.filter(({ at }) => at >= begunAt),
    ...('agreementId' in event && agreementAfter(known, event)),
    ...('freeTrial' in event && freeTrialAfter(known, event)),
  };
}

/** A renewal puts the licence under a new agreement: the newest beginning with an agreement names it. */
function agreementAfter(
  { agreementId: known, agreementSince = '', freeTrialSince }: SubscriptionFacts,
  { agreementId, time }: Extract<Beginning, LicenseFacts>,
): Partial<SubscriptionFacts> {
  if (agreementId === undefined) return {};
  const newer = `${time} ${agreementId}` > `${agreementSince} ${known ?? ''}`;
  if (!newer) return {};
  const isAnother = known !== undefined && agreementId !== known;
  return { agreementId, agreementSince: time, ...(isAnother && factsOfNoAgreement(freeTrialSince)) };
}

/** What was known of another agreement does not hold for a new one. AWS's word about a free trial has its own order. */
export function factsOfNoAgreement(freeTrialSince: string | undefined): Partial<SubscriptionFacts> {
  return { previousAgreementId: undefined, ...(freeTrialSince === undefined && { freeTrial: undefined }) };
}

/** The newest beginning decides. Of two at the same time, the one with a free trial does. */
function freeTrialAfter(
  { freeTrial: known, freeTrialSince = '' }: SubscriptionFacts,
  { freeTrial, time }: Extract<Beginning, CustomerFacts>,
): Partial<SubscriptionFacts> {
  if (freeTrial === undefined) return {};
  const newer = `${time} ${freeTrial}` > `${freeTrialSince} ${known ?? ''}`;
  return newer ? { freeTrial, freeTrialSince: time } : {};
}

function endingsWith({ begunAt, endings }: SubscriptionFacts, event: EndingEvent): Ending[] | undefined {
  const ending = toEnding(event);
  if (begunAt !== undefined && ending.at < begunAt) return endings;
  const byName = new Map([...(endings ?? []), ending].map((each) => [nameOf(each), each]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}

/** Names sort in order of time; equal endings have equal names. */
const nameOf = ({ at, kind, agreementId = '' }: Ending): string => `${at} ${kind} ${agreementId}`;

/** Before the first beginning every ending counts: no newer agreement can have replaced the one that ended. */
function endingsThatCount({ endings = [], agreementId: current }: SubscriptionFacts): Ending[] {
  if (current === undefined) return endings;
  return endings.filter(({ kind, agreementId }) => kind !== 'agreementEnded' || agreementId === current);
}

const later = (a = '', b: string): string => (a > b ? a : b);
const earlier = (a: string | undefined, b: string): string => (a !== undefined && a < b ? a : b);
