import type { Coverage } from './coverage';
import type { Decimal } from './decimal';
import type { MeteringOutcome, MeteringRecord } from './metering-record';
import type { HourKey } from './usage-tally';

/**
 * Each state is one term of the promise: open, sealed, billed, covered (by a contract), carried (all of it went to the
 * Balance), rejected (AWS said no for good), expired (never sent, and cannot be any more), unconfirmed (sent, no stored
 * answer, window closed).
 */
export type HourState = 'open' | 'sealed' | 'billed' | 'covered' | 'carried' | 'rejected' | 'expired' | 'unconfirmed';

/** Where an hour may go from each state. `billed` overrides whatever was believed before AWS's word arrived. */
export const HOUR_TRANSITIONS: Readonly<Record<HourState, readonly HourState[]>> = {
  open: ['sealed', 'covered', 'carried', 'expired'],
  sealed: ['billed', 'rejected', 'expired', 'unconfirmed', 'carried'],
  billed: [],
  covered: [],
  carried: [],
  rejected: ['billed'],
  expired: [],
  unconfirmed: ['billed'],
};

/** One subscription × dimension × UTC hour. */
export interface HourlyUsage extends HourKey {
  state: HourState;
  /** How many tallies were put for it: a fold of fewer is incomplete. */
  tallies: number;
  sends: number;
  answers: number;
  /** The frozen request; absent while open and when nothing was to be sent. */
  record?: MeteringRecord;
  /** Exact sum of the hour's events; present once no longer open. */
  used?: Decimal;
  /** What the contract paid for. */
  coveredQuantity?: Decimal;
  /**
   * What was taken over from the Balance, and what was left in it:
   * `used + carriedIn = quantity + carriedOut + expired + covered`.
   */
  carriedIn?: Decimal;
  carriedOut?: Decimal;
  /** What was lost to AWS's window. */
  expiredQuantity?: Decimal;
  /** What went back to the Balance because the sealed record was never sent. */
  carriedQuantity?: Decimal;
  meteringRecordId?: string;
  /** AWS's last word that was not yes. `unprocessed` says nothing of the record and replaces no other. */
  lastAnswer?: Exclude<MeteringOutcome['kind'], 'accepted'>;
  lastReason?: string;
}

/**
 * What sealing goes by from hour to hour, for a subscription × dimension. The amount is what was left unbilled: below 1
 * unless an hour is open to take it, and never covered by a contract, which was asked before.
 */
export interface Balance {
  subscriptionId: string;
  dimension: string;
  amount: Decimal;
  /** What a contract has covered so far; absent: nothing yet. */
  coverage?: Coverage;
  /** Counts writes; a sealing that read an older one is refused. 0: no item yet. */
  version: number;
}

/** What the end of a sealed hour is decided from. */
export type SeenSends = Pick<HourlyUsage, 'sends' | 'answers' | 'lastAnswer'>;

/**
 * What a sealed hour becomes when AWS's window closes on it. A record that AWS was too busy for every time was never
 * taken and never refused: it expires like one that was never sent.
 */
export function stateAfterWindow({ sends, answers, lastAnswer }: SeenSends): 'expired' | 'unconfirmed' | 'rejected' {
  if (sends === 0) return 'expired';
  if (sends === answers && lastAnswer === 'unprocessed') return 'expired';
  // A send without a certain answer may have been billed, whatever was answered to another send of the same record.
  return sends > answers ? 'unconfirmed' : 'rejected';
}
