import type { Coverage } from './coverage';
import type { Decimal } from './decimal';

/**
 * The carry-over of a subscription × dimension from one sealing to the next. The amount is not billed yet. It is below
 * one step of the dimension's form unless an open hour can take it. It never counts against a contract again: covered
 * usage was taken off before.
 */
export interface Balance {
  subscriptionId: string;
  dimension: string;
  amount: Decimal;
  /** The usage that a contract has covered so far; absent: none. */
  coverage?: Coverage;
  /** Counts writes, so that a sealing that read an older version is refused. 0: not stored yet. */
  version: number;
}
