import type { Coverage } from './coverage';
import type { Decimal } from './decimal';

/**
 * What one hour's sealing passes on to the next, for a subscription × dimension. The amount was left unbilled: it is
 * below 1 unless an hour is open to take it, and no contract covers it, because the contract was asked before.
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
