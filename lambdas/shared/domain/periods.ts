import { hourEndMs, hourStartMs, type Hour } from './hour';
import type { Ending, LifeFact, SubscriptionFacts, SubscriptionFields } from './subscription';

/** A time in which AWS Marketplace had a buyer subscribed; ISO 8601 UTC. */
export interface Period {
  from: string;
  /** Absent: it goes on. */
  until?: string;
}

/**
 * A subscription keeps its newest facts only, so that its item stays small: a licence has a few a year. Of the time
 * before the oldest one it is then no longer known who was subscribed. It counts as subscribed from the first activation
 * on, so that AWS decides: it bills an hour once or refuses it, and a refusal is told.
 */
export const MAX_LIFE_FACTS = 64;

/** The facts with another one. The same facts give the same set, in whatever order and however often they arrive. */
export function withLifeFact(known: SubscriptionFacts, fact: LifeFact): LifeFact[] {
  return inOrder([...lifeOf(known), fact]).slice(-MAX_LIFE_FACTS);
}

/**
 * Earlier versions stored only the newest beginning and the endings after it. After a rollback to one of them, these may be
 * newer than the facts.
 */
function lifeOf({ life = [], begunAt, agreementSince, agreementId, endings = [] }: SubscriptionFacts): LifeFact[] {
  if (begunAt === undefined || life.some(({ at, kind }) => kind === 'began' && at === begunAt))
    return inOrder([...life, ...endings]);
  const began = { at: begunAt, kind: 'began', ...(agreementSince === begunAt && { agreementId }) } as const;
  return inOrder([...life, began, ...endings]);
}

/** Each fact once. */
function inOrder(facts: readonly LifeFact[]): LifeFact[] {
  const byName = new Map(facts.map((fact) => [nameOf(fact), fact]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}

/** Names sort in order of time; at the same time the beginning comes first, so that the ending wins. */
const nameOf = ({ at, kind, agreementId = '' }: LifeFact): string =>
  `${at} ${kind === 'began' ? 0 : 1} ${kind} ${agreementId}`;

/**
 * When AWS had the buyer subscribed, in order of time; empty before the first activation.
 *
 * ```text
 * began 08:13   ended 08:13:15   began 11:05        in any order of arrival:
 * └ subscribed ┘ not subscribed  └ subscribed …     [08:13, 08:13:15], [11:05, …]
 * ```
 *
 * The end of an agreement counts only while the licence is under that agreement, as for the state.
 */
export function periodsOf(subscription: SubscriptionFields): Period[] {
  const { activatedAt, agreementId, agreementSince } = subscription;
  if (activatedAt === undefined) return [];
  // Until an event names an agreement, the one of the registration is the only one.
  let agreement = agreementSince === undefined ? agreementId : undefined;
  let last: Period = { from: activatedAt };
  const periods = [last];
  for (const fact of lifeOf(subscription)) {
    if (fact.kind === 'began') {
      agreement = fact.agreementId ?? agreement;
      if (last.until !== undefined) periods.push((last = { from: fact.at }));
    } else if (last.until === undefined && fact.at >= last.from && ends(fact, agreement)) last.until = fact.at;
  }
  // The state follows from the same facts, and knows the agreement that counts in the end.
  if (subscription.state === 'active') delete last.until;
  else last.until ??= later(last.from, subscription.endingAt);
  return periods;
}

/** The start of the current period, or of the last one; undefined before the first activation. */
export function lastPeriodOf(subscription: SubscriptionFields): Period | undefined {
  return periodsOf(subscription).at(-1);
}

const ends = ({ kind, agreementId }: Pick<Ending, 'agreementId'> & { kind: LifeFact['kind'] }, current?: string) =>
  kind !== 'agreementEnded' || current === undefined || agreementId === current;

const later = (a: string, b = ''): string => (a > b ? a : b);

/** AWS deduplicates by the hour, so an hour that is partly within a period is within it. */
function isWithin(hour: Hour, { from, until }: Period): boolean {
  const [startMs, endMs, fromMs] = [hourStartMs(hour), hourEndMs(hour), Date.parse(from)];
  return fromMs < endMs && (until === undefined || Date.parse(until) > startMs || fromMs >= startMs);
}

/**
 * Whether nobody was subscribed in the whole hour, between two periods. After the last end nothing is certain: the buyer
 * may be back, and the run that asks may have read the subscription before.
 */
export function isLapsed(hour: Hour, periods: readonly Period[]): boolean {
  const endMs = hourEndMs(hour);
  const hasEarlier = periods.some(({ from }) => Date.parse(from) < endMs);
  const hasLater = periods.some(({ from }) => Date.parse(from) >= endMs);
  return hasEarlier && hasLater && !periods.some((period) => isWithin(hour, period));
}

/**
 * The timestamp of an hour's record: the start of the hour or, in an hour in which a period begins, the first whole
 * second of the period, because AWS refuses earlier usage. Undefined for hours before the first period and between two:
 * AWS accepts no timestamp in them. Whatever is left of the time after the last end is sent as usage of its hour.
 */
export function timestampMsOf(hour: Hour, periods: readonly Period[]): number | undefined {
  const startMs = hourStartMs(hour);
  const period = periods.findLast((each) => isWithin(hour, each));
  if (period === undefined) return periods.every(({ from }) => Date.parse(from) < startMs) ? startMs : undefined;
  const fromMs = Math.ceil(Date.parse(period.from) / 1000) * 1000;
  return Math.min(hourEndMs(hour) - 1000, Math.max(startMs, fromMs));
}
