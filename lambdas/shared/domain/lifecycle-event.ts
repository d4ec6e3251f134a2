import { afterTrigger, type Ending, type Subscription } from './subscription';

const BEGINNINGS = ['licenseUpdated', 'subscribeSucceeded', 'legacyRegistered'] as const;

interface Facts {
  /** ISO 8601 UTC with milliseconds, so that texts sort as times do. */
  time: string;
  /** Of a licence's event. */
  licenseId?: string;
  /** Of an older product's notification. */
  customerIdentifier?: string;
  customerAWSAccountId?: string;
  /** Of an agreement's event always, of a licence's mostly. */
  agreementId?: string;
  freeTrial?: boolean;
}

type Beginning = Facts & { kind: (typeof BEGINNINGS)[number] };

/** What AWS says of a subscription's life. */
export type LifecycleEvent = Beginning | (Facts & { kind: Ending['kind'] });

/**
 * What an event makes of a subscription. The result depends on which events there were, not on the order they arrive in
 * nor on how often, because what is kept is a set of facts: the newest beginning, and every ending not older than it.
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
  const remembered: Subscription = {
    ...subscription,
    licenseId: subscription.licenseId ?? event.licenseId,
    customerIdentifier: subscription.customerIdentifier ?? event.customerIdentifier,
    customerAWSAccountId: subscription.customerAWSAccountId ?? event.customerAWSAccountId,
    ...(event.freeTrial === true && { freeTrial: true }),
    ...(isBeginning(event) ? begunBy(subscription, event) : { endings: endingsWith(subscription, event) }),
  };
  const [first] = endingsThatCount(remembered);
  if (first === undefined) {
    const after = isBeginning(event) ? afterTrigger(remembered, event.kind) : remembered;
    return { ...after, endingAt: undefined };
  }
  const after = afterTrigger(remembered, first.kind);
  return { ...after, stateReason: after.state === 'ending' ? first.kind : after.stateReason, endingAt: first.at };
}

/** AWS said that the entitlements may be others than they were; which, only GetEntitlements tells. */
export interface EntitlementEvent {
  kind: 'entitlementsChanged';
  time: string;
}

/** Any event of AWS Marketplace that says something of a subscription; again, the order makes no difference. */
export function applySubscriptionEvent(subscription: Subscription, event: LifecycleEvent | EntitlementEvent) {
  if (event.kind !== 'entitlementsChanged') return applyLifecycleEvent(subscription, event);
  return { ...subscription, entitlementsChangedAt: later(subscription.entitlementsChangedAt, event.time) };
}

function isBeginning(event: LifecycleEvent): event is Beginning {
  return BEGINNINGS.some((kind) => kind === event.kind);
}

function begunBy(subscription: Subscription, event: Beginning): Partial<Subscription> {
  const begunAt = later(subscription.begunAt, event.time);
  return {
    activatedAt: earlier(subscription.activatedAt, event.time),
    begunAt,
    endings: subscription.endings?.filter(({ at }) => at >= begunAt),
    ...agreementAfter(subscription, event),
  };
}

/** A renewal puts the same licence under a new agreement: the newest beginning that names one names the current one. */
function agreementAfter(subscription: Subscription, { agreementId, time }: Beginning): Partial<Subscription> {
  const { agreementId: known = '', agreementSince = '' } = subscription;
  if (agreementId === undefined) return {};
  const newer = `${time} ${agreementId}` > `${agreementSince} ${known}`;
  return newer ? { agreementId, agreementSince: time } : {};
}

function endingsWith(
  { begunAt, endings }: Subscription,
  { kind, time: at, agreementId }: Exclude<LifecycleEvent, Beginning>,
): Ending[] | undefined {
  if (begunAt !== undefined && at < begunAt) return endings;
  const ending: Ending = { at, kind, ...(kind === 'agreementEnded' && { agreementId }) };
  const byName = new Map([...(endings ?? []), ending].map((each) => [nameOf(each), each]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}

/** In order of time; equal endings have equal names. */
const nameOf = ({ at, kind, agreementId = '' }: Ending): string => `${at} ${kind} ${agreementId}`;

/** Before anything has begun, any end counts: there is no newer agreement that it could have been replaced by. */
function endingsThatCount({ endings = [], agreementId: current }: Subscription): Ending[] {
  if (current === undefined) return endings;
  return endings.filter(({ kind, agreementId }) => kind !== 'agreementEnded' || agreementId === current);
}

const later = (a = '', b: string): string => (a > b ? a : b);
const earlier = (a: string | undefined, b: string): string => (a !== undefined && a < b ? a : b);
