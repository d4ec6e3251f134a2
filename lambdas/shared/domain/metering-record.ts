import type { HourKey } from './hour';
import type { TagSet } from './tag-set';

/** How AWS knows the customer of a record: never both forms for one customer and hour, which would bill twice. */
export type CustomerIdentity =
  | { mode: 'license'; customerAWSAccountId: string; licenseArn: string }
  | { mode: 'legacy'; customerIdentifier: string };

/** Part of a record's quantity, for the buyer's cost allocation; quantity in whole units, at least 1. */
export interface Allocation {
  quantity: number;
  tags: TagSet;
}

/** The exact request for one hour, frozen in the database before the first send and sent unchanged ever after. */
export interface MeteringRecord {
  productCode: string;
  customer: CustomerIdentity;
  dimension: string;
  /** Seconds since the epoch, within the hour of use: never the time of sending. */
  timestampSeconds: number;
  /** Whole units, 0 … 2,147,483,647. */
  quantity: number;
  /** Absent when nothing is tagged; otherwise they sum to the quantity. */
  allocations?: Allocation[];
}

/** A frozen record with the place its outcome is stored at. */
export interface SealedRecord {
  hourKey: HourKey;
  record: MeteringRecord;
  /** How often a run has set out to send it, this one not included. */
  sends: number;
  /** How many of those got an answer that says for certain whether AWS took it. */
  answers: number;
  /** As it was when the record was taken up: what a notice of its end says. */
  subscriptionVersion?: number;
}

/** What became of a record in one run. */
export type MeteringOutcome =
  /** AWS bills it. */
  | { kind: 'accepted'; meteringRecordId: string }
  /** DuplicateRecord: another quantity stands for this hour. For good; needs a person. */
  | { kind: 'conflict' }
  /** No agreement, or a suspended account: may clear within the window. */
  | { kind: 'notSubscribed' }
  /** AWS refused it by name of the exception: our configuration or the licence; may be mended within the window. */
  | { kind: 'refused'; reason: string }
  /** Certainly not billed, for no fault of the record: throttled or left unprocessed. Send the same again. */
  | { kind: 'unprocessed' }
  /** A timeout or a fault of AWS: billed or not, nobody knows. Send the same again. */
  | { kind: 'ambiguous' };

/** Records go together in a call if they have this in common: one product, known to AWS in one form. */
export function callNameOf({ customer, productCode }: MeteringRecord): string {
  return `${customer.mode}#${productCode}`;
}

/** After a call with an unknown result only a yes, or another quantity standing in the hour's place, settles anything. */
export function doubted(outcome: MeteringOutcome): MeteringOutcome {
  return outcome.kind === 'accepted' || outcome.kind === 'conflict' ? outcome : { kind: 'ambiguous' };
}
