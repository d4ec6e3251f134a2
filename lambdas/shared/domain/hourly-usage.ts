import type { Decimal } from './decimal';
import type { HourKey } from './hour';
import type { MeteringOutcome, MeteringRecord } from './metering-record';

interface AnyHour extends HourKey {
  /** How many tallies were put into it: a fold of fewer is incomplete. */
  tallies: number;
}

/** It still takes usage. */
export interface OpenHour extends AnyHour {
  state: 'open';
}

/** Decided, for good: `used + carriedIn = quantity + carriedOut + expired + covered`. An absent amount is 0. */
interface DecidedHour extends AnyHour {
  /** Exact sum of the hour's events. */
  used: Decimal;
  /** The contract paid for it. */
  coveredQuantity?: Decimal;
  /** Taken over from the Balance, and left in it. */
  carriedIn?: Decimal;
  carriedOut?: Decimal;
}

/** How often a run set out to send the record, and how often AWS's answer was certain; `answers` never exceeds `sends`. */
export interface SendCounts {
  sends: number;
  answers: number;
}

/** It has a frozen request. */
interface FrozenHour extends DecidedHour, SendCounts {
  record: MeteringRecord;
  /** AWS's last word that was not yes. `unprocessed` says nothing about the record and replaces no other. */
  lastAnswer?: LastAnswer;
  lastReason?: string;
}

export type LastAnswer = Exclude<MeteringOutcome['kind'], 'accepted'>;

/** Frozen, with no final answer yet. */
export interface SealedHour extends FrozenHour {
  state: 'sealed';
}

/** AWS accepted the record. */
export interface BilledHour extends FrozenHour {
  state: 'billed';
  meteringRecordId: string;
}

/** AWS refused the record for good, or it was sent and its window closed without a stored answer. */
export interface UnbilledHour extends FrozenHour {
  state: 'rejected' | 'unconfirmed';
}

/** A contract paid, and nothing was sent. */
export interface CoveredHour extends DecidedHour {
  state: 'covered';
  coveredQuantity: Decimal;
}

/** All of it went to the Balance: at sealing, or from a sealed record that AWS certainly never took. */
export interface CarriedHour extends DecidedHour, Partial<Omit<FrozenHour, keyof DecidedHour>> {
  state: 'carried';
  /** What went back because the sealed record was never taken. */
  carriedQuantity?: Decimal;
}

/** It can no longer be sent: decided at sealing, or AWS never took the sealed record. */
export interface ExpiredHour extends DecidedHour, Partial<Omit<FrozenHour, keyof DecidedHour>> {
  state: 'expired';
  /** Lost at sealing. */
  expiredQuantity?: Decimal;
}

/**
 * One subscription × dimension × UTC hour. Each state is one term of the promise: open, sealed, billed, covered, carried,
 * rejected, expired, unconfirmed.
 */
export type HourlyUsage = OpenHour | SealedHour | BilledHour | UnbilledHour | CoveredHour | CarriedHour | ExpiredHour;
export type HourState = HourlyUsage['state'];

/** Every field that an hour may have, for readers that show hours of any state. */
export interface HourFields extends AnyHour, Partial<Omit<FrozenHour, keyof AnyHour>> {
  state: HourState;
  meteringRecordId?: string;
  carriedQuantity?: Decimal;
  expiredQuantity?: Decimal;
}

/** The states that a sealing may choose. */
export type SealedState = 'sealed' | 'covered' | 'carried' | 'expired';
/** The ends of an hour whose usage is not billed, as far as anybody knows. */
export type UnbilledState = 'rejected' | 'expired' | 'unconfirmed';

/** Where an hour may go from each state. `billed` overrides whatever was believed before AWS's word arrived. */
export const HOUR_TRANSITIONS: Readonly<Record<HourState, readonly HourState[]>> = {
  open: ['sealed', 'covered', 'carried', 'expired'] satisfies readonly SealedState[],
  sealed: ['billed', 'rejected', 'expired', 'unconfirmed', 'carried'],
  billed: [],
  covered: [],
  carried: [],
  rejected: ['billed'],
  expired: [],
  unconfirmed: ['billed'],
};

/** The key of an hour, without the rest. */
export function hourKeyOf({ subscriptionId, dimension, hour }: HourKey): HourKey {
  return { subscriptionId, dimension, hour };
}

/**
 * The state of a sealed hour when AWS's window closes on it. A record that AWS was too busy for every time was never taken
 * and never refused: it expires like one that was never sent.
 */
export function stateAfterWindow({
  sends,
  answers,
  lastAnswer,
}: SendCounts & { lastAnswer?: LastAnswer }): UnbilledState {
  if (sends === 0) return 'expired';
  if (sends === answers && lastAnswer === 'unprocessed') return 'expired';
  // A send without a certain answer may have been billed, whatever was answered to another send of the same record.
  return sends > answers ? 'unconfirmed' : 'rejected';
}
