/**
 * What is known about a product's decimals. An AWS that does not read them answers `Success` and bills 0, so until one
 * answer has agreed with a decimal record, records are sent one by one.
 */
export type DecimalTrial =
  /** No answer has agreed yet. One run at a time may send one record; its claim expires, because runs may crash. */
  | { state: 'unproven'; probe?: { id: string; untilMs: number } }
  /** AWS has repeated a decimal quantity as it was sent. */
  | { state: 'proven' }
  /** No decimal record is sent until the operator decides. */
  | ({ state: 'halted' } & Halt);

export interface Halt {
  reason: HaltReason;
  /** ms since the epoch */
  atMs: number;
  /** The hour of the record that AWS answered, for people. */
  evidence?: string;
}

type HaltReason =
  /** AWS took a record and repeated another quantity. */
  | 'echoDiffers'
  /** AWS refused a call with one decimal record as invalid, before any other had been accepted. */
  | 'refused'
  /** The operator bills the product in whole units. */
  | 'operator';

/** Longer than a run can live (Lambda's limit is 15 minutes): while a claim holds, its call may be in flight. */
export const PROBE_CLAIM_MS = 15 * 60_000;
