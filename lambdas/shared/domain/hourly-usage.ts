import { ZERO, type Decimal } from './decimal';
import type { HeldReason, Release } from './hold';
import type { Hour, HourKey } from './hour';
import type { MeteringOutcome, MeteringRecord } from './metering-record';
import type { TalliedEvents } from './usage-tally';

interface AnyHour extends HourKey {
  /**
   * Grows with everything that brings events into the hour: by one for each tally that belongs to it, and by one for each
   * change of its inline events. A hold counts as such a change.
   */
  tallies: number;
  /** How often its inline events changed, or it began to be held. Absent: never. */
  inlineVersion?: number;
  /** Events that the hour's own item holds, by hour of use. */
  inlineEvents?: TalliedEvents[];
  /** How many events came, an event once for each way by which it came. Absent from an earlier version. */
  entries?: number;
}

/** How many tallies are stored beside the hour: a fold of fewer is incomplete, a fold of more has other events. */
export function storedTallies({ tallies, inlineVersion = 0 }: Pick<AnyHour, 'tallies' | 'inlineVersion'>): number {
  return tallies - inlineVersion;
}

/** Still takes usage. */
export interface OpenHour extends AnyHour {
  state: 'open';
  /** The quantities of everything that came, an event as often as it came. */
  units?: Decimal;
  /** How much of `tallies` is in `units`. Less than all of it: an earlier version wrote, too. */
  summed?: number;
  /** Why it waited when a run last looked at it. */
  held?: HeldReason;
  /** The quantity above the dimension's maximum that the application was told of last. */
  heldQuantity?: Decimal;
  /** Up to which quantity the operator lets it go, although that is above the maximum. */
  released?: Release;
}

/**
 * The usage of an open hour without its tallies: exact unless an event came more than once, and never below the usage.
 * Undefined when only the tallies can tell, because an earlier version added some of them.
 */
export function estimatedUsage({ tallies, units = ZERO, summed = 0 }: OpenHour): Decimal | undefined {
  return summed === tallies ? units : undefined;
}

/**
 * Its amounts change only if the operator freezes the record anew in whole units: then the rest is carried out, too. Always
 * `used + carriedIn = quantity + carriedOut + expired + covered + rejected + withheld`. Absent means 0.
 */
interface DecidedHour extends AnyHour {
  /** Exact sum of the hour's events. */
  used: Decimal;
  /** Usage that the contract covers. */
  coveredQuantity?: Decimal;
  /** The Balance before this hour, and after it. */
  carriedIn?: Decimal;
  carriedOut?: Decimal;
  /** Usage of hours in which nobody was subscribed; it is not in the record. */
  rejectedQuantity?: Decimal;
  /** Those hours of use, in order. */
  rejectedUse?: Hour[];
  /** Usage of hours of tests, and those hours of use, in order. It is not in the record. */
  withheldQuantity?: Decimal;
  withheldUse?: Hour[];
}

/** How often a run started to send the record, and how often AWS's answer was certain (never more often). */
export interface SendCounts {
  sends: number;
  answers: number;
}

/** Has a frozen request. */
interface FrozenHour extends DecidedHour, SendCounts {
  record: MeteringRecord;
  /** Why the operator ended the hour as it is. */
  settledReason?: string;
  /** AWS's last answer that was not an acceptance. `unprocessed` replaces no other, because it says nothing. */
  lastAnswer?: LastAnswer;
  lastReason?: string;
}

export type LastAnswer = Exclude<MeteringOutcome['kind'], 'accepted'>;

/** Frozen, with no final answer yet. */
export interface SealedHour extends FrozenHour {
  state: 'sealed';
  /** Why it waited when a run last looked at it. */
  held?: HeldReason;
  /** Who counted the last send: a run's name if it did so when it sealed the hour, else a random one. */
  claim?: string;
}

/** AWS accepted the record. Whatever AWS answered before no longer holds. */
interface BilledHour extends Omit<FrozenHour, 'lastAnswer' | 'lastReason'> {
  state: 'billed';
  meteringRecordId: string;
}

/** The window closed on a record that AWS may have accepted, or AWS repeated another quantity when it took it. */
interface UnconfirmedHour extends FrozenHour {
  state: 'unconfirmed';
  /** AWS's id of the record that it repeated with another quantity. */
  meteringRecordId?: string;
}

/**
 * AWS has another quantity for the hour, or the window closed on a record that AWS refused. Without a record: all of the
 * usage was rejected at sealing.
 */
interface RejectedHour extends DecidedHour, Partial<Omit<FrozenHour, keyof DecidedHour>> {
  state: 'rejected';
  /** AWS's id of the record that it repeated with another quantity. */
  meteringRecordId?: string;
}

/** A contract covers the usage, and nothing is sent. */
interface CoveredHour extends DecidedHour {
  state: 'covered';
  coveredQuantity: Decimal;
}

/** All of it was used for tests, and AWS never hears of it. */
interface WithheldHour extends DecidedHour {
  state: 'withheld';
  withheldQuantity: Decimal;
}

/** All of it went to the Balance: at sealing, or from a sealed record that AWS certainly never accepted. */
interface CarriedHour extends DecidedHour, Partial<Omit<FrozenHour, keyof DecidedHour>> {
  state: 'carried';
  /** The quantity of the sealed record that went back to the Balance. */
  carriedQuantity?: Decimal;
}

/** Can no longer be sent: decided at sealing, or AWS never accepted the sealed record. */
interface ExpiredHour extends DecidedHour, Partial<Omit<FrozenHour, keyof DecidedHour>> {
  state: 'expired';
  /** Lost at sealing. */
  expiredQuantity?: Decimal;
}

/** One subscription × dimension × UTC hour. The states account for every accepted unit. */
export type HourlyUsage =
  | OpenHour
  | SealedHour
  | BilledHour
  | RejectedHour
  | UnconfirmedHour
  | CoveredHour
  | WithheldHour
  | CarriedHour
  | ExpiredHour;
export type HourState = HourlyUsage['state'];

/** Every field that an hour may have, for readers that show hours of any state. */
export interface HourFields extends AnyHour, Partial<Omit<FrozenHour, keyof AnyHour>> {
  state: HourState;
  held?: HeldReason;
  heldQuantity?: Decimal;
  meteringRecordId?: string;
  carriedQuantity?: Decimal;
  expiredQuantity?: Decimal;
}

/** The states that sealing can choose. */
export type SealedState = 'sealed' | 'covered' | 'carried' | 'withheld' | 'rejected' | 'expired';
/** The final states of an hour that AWS did not bill, as far as is known. */
export type UnbilledState = 'rejected' | 'expired' | 'unconfirmed';

/**
 * The states that can follow each state. A late acceptance bills a `rejected` or `unconfirmed` hour. The operator ends an
 * `unconfirmed` hour.
 */
export const HOUR_TRANSITIONS: Readonly<Record<HourState, readonly HourState[]>> = {
  open: ['sealed', 'covered', 'carried', 'withheld', 'rejected', 'expired'] satisfies readonly SealedState[],
  sealed: ['billed', 'rejected', 'expired', 'unconfirmed', 'carried'],
  billed: [],
  covered: [],
  carried: [],
  withheld: [],
  rejected: ['billed'],
  expired: [],
  unconfirmed: ['billed', 'carried'],
};

/** Only the key of an hour. */
export function hourKeyOf({ subscriptionId, dimension, hour }: HourKey): HourKey {
  return { subscriptionId, dimension, hour };
}

/**
 * Whether AWS certainly has not taken a sealed record: no send of it lacks an answer, and every answer that leaves a
 * record sealed (refused, not subscribed, unprocessed) says that it was not taken.
 */
export function isCertainlyNotTaken({ sends, answers }: SendCounts): boolean {
  return sends === answers;
}

/**
 * The state of a sealed hour when AWS's window closes. A record that AWS left unprocessed every time was neither
 * accepted nor refused: it expires like one that was never sent.
 */
export function stateAfterWindow({
  sends,
  answers,
  lastAnswer,
}: SendCounts & { lastAnswer?: LastAnswer }): UnbilledState {
  if (sends === 0) return 'expired';
  if (isCertainlyNotTaken({ sends, answers }) && lastAnswer === 'unprocessed') return 'expired';
  // A send without a certain answer may have been billed, whatever AWS answered to another send of the same record.
  return sends > answers ? 'unconfirmed' : 'rejected';
}
