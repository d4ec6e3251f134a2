import {
  ENDING_KINDS,
  activatedBy,
  activationOf,
  endedBy,
  type Ending,
  type EndingKind,
  type Subscription,
  type SubscriptionFacts,
} from './subscription';

/** One type per kind, so that the compiler tells them apart. */
type Event<Kind extends string, Facts = unknown> = Kind extends string
  ? {
      kind: Kind;
      /** ISO 8601 UTC with milliseconds, so that texts sort as times do. */
      time: string;
    } & Facts
  : never;

interface LicenseFacts {
  licenseId: string;
  customerAWSAccountId?: string;
  agreementId?: string;
}

interface CustomerFacts {
  customerIdentifier: string;
  freeTrial?: boolean;
}

/** AWS says this of a licence. */
export type LicenseLifecycleEvent = Event<'licenseUpdated' | 'licenseDeprovisioned', LicenseFacts>;
/** AWS says this of an agreement, and so of the licences under it. */
export type AgreementLifecycleEvent = Event<'agreementEnded', { agreementId: string }>;
/** AWS says this of an older product's customer. */
export type CustomerLifecycleEvent = Event<
  'subscribeSucceeded' | 'subscribeFailed' | 'unsubscribePending' | 'unsubscribeSucceeded',
  CustomerFacts
>;
/** AWS resolved an older product's customer, and so says that it is subscribed. */
export type LegacyRegistration = Event<'legacyRegistered'>;
/** AWS said that the entitlements may have changed; only GetEntitlements tells how. */
export type EntitlementEvent = Event<'entitlementsChanged'>;

export type LifecycleEvent =
  LicenseLifecycleEvent | AgreementLifecycleEvent | CustomerLifecycleEvent | LegacyRegistration;
type EndingEvent = Extract<LifecycleEvent, { kind: EndingKind }>;
type Beginning = Exclude<LifecycleEvent, EndingEvent>;

/**
 * The subscription after an event. The result depends on which events there were, not on their order of arrival nor on
 * how often they arrive, because a set of facts is kept: the newest beginning, and every ending not older than it.
 *
 * ```text
 * updated 10:00   deprovisioned 11:00   updated 12:00   deprovisioned 13:00
 * active          ending (11:00)        active          ending (13:00)        in any order of arrival
 * ```
 *
 * The end of an agreement counts while the licence is under that agreement: a licence that has moved on to the next one
 * lives. At the same second the ending wins: a licence cannot be revoked before it is given, and a buyer who comes back
 * needs longer than a second. An account that is known already is not overwritten.
 */
export function applyLifecycleEvent(subscription: Subscription, event: LifecycleEvent): Subscription {
  const begins = isBeginning(event);
  const remembered: Subscription = {
    ...subscription,
    ...identityOf(subscription, event),
    ...('freeTrial' in event && event.freeTrial === true && { freeTrial: true }),
    ...(begins ? begunBy(subscription, event) : { endings: endingsWith(subscription, event) }),
  };
  const activatedAt = begins ? earlier(activationOf(subscription), event.time) : activationOf(subscription);
  const [first] = endingsThatCount(remembered);
  if (first !== undefined) {
    const ended = endedBy(remembered, first);
    return activatedAt === undefined ? ended : { ...ended, activatedAt };
  }
  return begins && activatedAt !== undefined ? activatedBy(remembered, event.kind, activatedAt) : remembered;
}

/** The subscription after any event of AWS Marketplace; again, the order makes no difference. */
export function applySubscriptionEvent(
  subscription: Subscription,
  event: LifecycleEvent | EntitlementEvent,
): Subscription {
  if (event.kind !== 'entitlementsChanged') return applyLifecycleEvent(subscription, event);
  return { ...subscription, entitlementsChangedAt: later(subscription.entitlementsChangedAt, event.time) };
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
    customerAWSAccountId: known.customerAWSAccountId ?? event.customerAWSAccountId,
  };
}

function begunBy(known: SubscriptionFacts, event: Beginning): Partial<SubscriptionFacts> {
  const begunAt = later(known.begunAt, event.time);
  return {
    begunAt,
    endings: known.endings?.filter(({ at }) => at >= begunAt),
    ...('agreementId' in event && agreementAfter(known, event)),
  };
}

/** A renewal puts the same licence under a new agreement: the newest beginning that names one names the current one. */
function agreementAfter(
  { agreementId: known = '', agreementSince = '' }: SubscriptionFacts,
  { agreementId, time }: Extract<Beginning, LicenseFacts>,
): Partial<SubscriptionFacts> {
  if (agreementId === undefined) return {};
  const newer = `${time} ${agreementId}` > `${agreementSince} ${known}`;
  return newer ? { agreementId, agreementSince: time } : {};
}

function endingsWith({ begunAt, endings }: SubscriptionFacts, event: EndingEvent): Ending[] | undefined {
  const { kind, time: at } = event;
  if (begunAt !== undefined && at < begunAt) return endings;
  const ending: Ending = { at, kind, ...(event.kind === 'agreementEnded' && { agreementId: event.agreementId }) };
  const byName = new Map([...(endings ?? []), ending].map((each) => [nameOf(each), each]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}

/** In order of time; equal endings have equal names. */
const nameOf = ({ at, kind, agreementId = '' }: Ending): string => `${at} ${kind} ${agreementId}`;

/** Before anything has begun, any end counts: there is no newer agreement that could have replaced it. */
function endingsThatCount({ endings = [], agreementId: current }: SubscriptionFacts): Ending[] {
  if (current === undefined) return endings;
  return endings.filter(({ kind, agreementId }) => kind !== 'agreementEnded' || agreementId === current);
}

const later = (a = '', b: string): string => (a > b ? a : b);
const earlier = (a: string | undefined, b: string): string => (a !== undefined && a < b ? a : b);
