import { decimal, decimalPlaces, sum, ZERO, type Decimal } from '../../lambdas/shared/domain/decimal';
import { estimatedUsage, isCertainlyNotTaken, type HourFields } from '../../lambdas/shared/domain/hourly-usage';
import type { LedgerHour } from '../reconcile/our-records';
import type { BilledRow } from './current-rows';
import { agreementsOf, placesOf, type Place } from './places';
import type { UsageFeed } from './read-feed';

/** How what AWS billed on a day compares with what was sent to it. */
export type BilledKind =
  | 'equal'
  /** Equal but for the decimals that the feed leaves out. */
  | 'rounding'
  /** AWS billed less, or nothing yet, and the feed may not have all of the day. */
  | 'lateRefresh'
  /** AWS billed everything but what it refused. */
  | 'refused'
  /** AWS took something back, or revised it, and the day is not as it was accepted. */
  | 'adjustment'
  /** AWS billed the unconfirmed hours, too. */
  | 'unconfirmedBilled'
  /** AWS billed everything but the unconfirmed hours. */
  | 'unconfirmedNotBilled'
  /** AWS billed some of what is unconfirmed, or something else. */
  | 'unconfirmedUnclear'
  /** AWS billed more than was sent from here and not refused. */
  | 'otherMeter'
  /** AWS accepted it and did not bill all of it. */
  | 'notBilled';

/** Nothing is to be done about these. */
export const EXPLAINED: ReadonlySet<BilledKind> = new Set(['equal', 'rounding', 'lateRefresh', 'refused']);

/** One agreement, dimension and UTC day: the smallest unit that AWS's feed has. */
export interface BilledLine extends Place {
  subscriptionIds: string[];
  /** The sum of the events in the day's hours. The Balance and contracts stand between it and `submitted`. */
  used: Decimal;
  /** The sum of the records that AWS was sent, whatever it answered. */
  submitted: Decimal;
  /** The sum of AWS's rows. */
  billed: Decimal;
  kind: BilledKind;
  evidence: Evidence;
}

/** What else the day's figures say, for whoever decides by them. */
export interface Evidence {
  /** Accepted by AWS. */
  accepted: Decimal;
  /** AWS's answer is missing: unconfirmed, or still sealed. */
  inDoubt: Decimal;
  refused: Decimal;
  /** How far AWS's figure may lie from a sum of ours because of its two decimals; 0: it is exact. */
  tolerance: Decimal;
  /** The feed is so new that everything of the day is in it. */
  isComplete: boolean;
  isCorrected: boolean;
  /** Of AWS's feed. */
  rows: number;
  hours: LedgerHour[];
}

const DAY_MS = 86_400_000;
/**
 * How much newer than the end of a day a feed must be to hold all of it: the last hour can be sent for 24 hours, the feed
 * is refreshed every 24 hours, and AWS names no limit for the delays in between (Usage dashboard), for which one day more
 * is allowed. Inferred.
 */
export const COMPLETE_AFTER_DAYS = 3;

/** The feed's `usage_quantity` has two decimals at most. */
const FEED_PLACES = 2;
const FEED_STEP = decimal('0.01');

/**
 * Compares by agreement, dimension and day.
 * @param productCodes - the product codes by AWS's product ids, as far as they are known
 */
export function billedLines(
  hours: readonly LedgerHour[],
  { rows, asOfMs }: UsageFeed,
  productCodes: ReadonlyMap<string, string>,
): BilledLine[] {
  const places = placesOf(agreementsOf(hours), { rows, productCodes });
  const ours = Map.groupBy(hours, (hour) => nameOf(places.ofHour(hour)));
  const theirs = Map.groupBy(rows, (row) => nameOf(places.ofRow(row)));
  const named = new Map<string, Place>();
  for (const place of [...hours.map(places.ofHour), ...rows.map(places.ofRow)])
    named.set(nameOf(place), { ...place, ...named.get(nameOf(place)) });
  return [...named]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, place]) => lineOf(place, { hours: ours.get(name) ?? [], rows: theirs.get(name) ?? [], asOfMs }));
}

const nameOf = ({ day, dimension, agreementId = '', product }: Place): string =>
  JSON.stringify([day, dimension, agreementId, agreementId === '' ? product : '']);

interface Day {
  hours: LedgerHour[];
  rows: BilledRow[];
  asOfMs: number | undefined;
}

function lineOf(place: Place, { hours, rows, asOfMs = 0 }: Day): BilledLine {
  const sent = hours.flatMap((each) => sentOf(each) ?? []);
  const of = (...kinds: Sent['kind'][]) =>
    sum(sent.filter(({ kind }) => kinds.includes(kind)).map(({ quantity }) => quantity));
  const evidence: Evidence = {
    accepted: of('accepted'),
    inDoubt: of('inDoubt'),
    refused: of('refused'),
    tolerance: toleranceOf(sent, rows.length),
    isComplete: Date.parse(place.day) + (1 + COMPLETE_AFTER_DAYS) * DAY_MS <= asOfMs,
    isCorrected: rows.some(({ isCorrected }) => isCorrected),
    rows: rows.length,
    hours,
  };
  const billed = sum(rows.map(({ quantity }) => quantity));
  return {
    ...place,
    subscriptionIds: [...new Set(hours.map(({ subscription }) => subscription.subscriptionId))],
    used: sum(hours.map(({ hour }) => (hour.state === 'open' ? (estimatedUsage(hour) ?? ZERO) : hour.used))),
    submitted: sum(sent.map(({ quantity }) => quantity)),
    billed,
    kind: kindOf(billed, evidence),
    evidence,
  };
}

interface Sent {
  kind: 'accepted' | 'inDoubt' | 'refused';
  quantity: Decimal;
}

/** What became of the record of an hour; undefined: it was never sent. */
function sentOf({ hour }: LedgerHour): Sent | undefined {
  const { state, record, sends = 0, answers = 0 }: HourFields = hour;
  if (record === undefined || (sends === 0 && state !== 'billed')) return undefined;
  const isInDoubt = state === 'unconfirmed' || (state === 'sealed' && !isCertainlyNotTaken({ sends, answers }));
  const kind = state === 'billed' ? 'accepted' : isInDoubt ? 'inDoubt' : 'refused';
  return { kind, quantity: decimal(record.quantity) };
}

/** Nobody knows whether AWS rounds its hours or its day, so each of its rows and each of ours may lose a step. */
function toleranceOf(sent: readonly Sent[], rows: number): Decimal {
  const rounded = sent.filter(({ quantity }) => decimalPlaces(quantity) > FEED_PLACES).length;
  return rounded === 0 ? ZERO : FEED_STEP.times(Math.max(rounded, rows));
}

/** Whether AWS's figure is this sum, as exactly as the feed can say it. */
export function fits(billed: Decimal, expected: Decimal, { tolerance }: Pick<Evidence, 'tolerance'>): boolean {
  return billed.minus(expected).abs().lte(tolerance);
}

function kindOf(billed: Decimal, evidence: Evidence): BilledKind {
  const { accepted, inDoubt, refused, isComplete, isCorrected } = evidence;
  if (billed.eq(accepted) && inDoubt.eq(0)) return refused.gt(0) ? 'refused' : 'equal';
  if (isCorrected) return 'adjustment';
  const withDoubt = accepted.plus(inDoubt);
  if (!isComplete && billed.lt(withDoubt)) return 'lateRefresh';
  if (inDoubt.gt(0)) {
    if (fits(billed, withDoubt, evidence)) return 'unconfirmedBilled';
    if (fits(billed, accepted, evidence)) return 'unconfirmedNotBilled';
    if (billed.gt(accepted) && billed.lt(withDoubt)) return 'unconfirmedUnclear';
  } else if (fits(billed, accepted, evidence)) return refused.gt(0) ? 'refused' : 'rounding';
  return billed.gt(accepted) ? 'otherMeter' : 'notBilled';
}
