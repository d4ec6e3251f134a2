import type { QuantityForm } from '../contract/seller-configuration';
import type { HourKey } from './hour';
import type { TagSet } from './tag-set';

/** How AWS identifies the customer of a record. AWS bills an hour twice if it is reported under both identities. */
export type CustomerIdentity =
  | {
      mode: 'license';
      customerAWSAccountId: string;
      licenseArn: string;
      /** The buyer had not registered yet: AWS may not know the ARN in this shape. */
      licenseArnFrom?: 'event';
    }
  | { mode: 'legacy'; customerIdentifier: string };

/** Part of a record's quantity, for the buyer's cost allocation; at least one step of the record's form. */
export interface Allocation {
  /** Decimal text, as `quantityText` writes it. */
  quantity: string;
  tags: TagSet;
}

/** The exact request for one hour: stored before the first send, and sent unchanged on every retry. */
export interface MeteringRecord {
  productCode: string;
  customer: CustomerIdentity;
  dimension: string;
  /** Seconds since the epoch, within the hour of use; never the time of sending. */
  timestampSeconds: number;
  /** How AWS is told the quantity and its allocations. */
  form: QuantityForm;
  /** Decimal text, as `quantityText` writes it; never a JavaScript number. */
  quantity: string;
  /** Absent when nothing is tagged; otherwise they sum to the quantity. */
  allocations?: Allocation[];
}

/** A frozen record with the key of the hour that stores its outcome. */
export interface SealedRecord {
  hourKey: HourKey;
  record: MeteringRecord;
  /** How often earlier runs started to send it. */
  sends: number;
  /** How many of those sends got a certain answer: accepted or not. */
  answers: number;
  /** Until when a hold of the operator counts, ms since the epoch; absent: it does not. */
  mayWaitUntilMs?: number;
  /** For the notice in case AWS rejects the record. */
  decidedFor?: DecidedFor;
}

/** The subscription as a run read it; its fields are undefined while it is unknown. */
export interface DecidedFor {
  subscriptionVersion: number | undefined;
  agreementId: string | undefined;
}

/** The outcome of a record in one run. */
export type MeteringOutcome =
  /** AWS bills it. */
  | { kind: 'accepted'; meteringRecordId: string; isEchoMissing?: boolean }
  /** AWS took the record, but repeated another quantity: it may bill that one. Final; needs a person. */
  | { kind: 'echoDiffers'; meteringRecordId: string; echoed: string }
  /** DuplicateRecord: AWS already has another quantity for this hour. Final; needs a person. `isInDoubt`: it may be ours. */
  | { kind: 'conflict'; isInDoubt?: true }
  /** No agreement, or a suspended account. May be resolved within the window. */
  | { kind: 'notSubscribed' }
  /** AWS refused it with the exception `reason`: our configuration or the licence. May be fixed within the window. */
  | { kind: 'refused'; reason: string }
  /** Throttled or left unprocessed: certainly not billed. Send the same record again. */
  | { kind: 'unprocessed' }
  /** A timeout or a server error: AWS may or may not have billed it. Send the same record again. */
  | { kind: 'ambiguous' };

/** Records with the same name can share a call: one product, one identity mode and one form of quantities. */
export function callNameOf({ customer, form, productCode }: MeteringRecord): string {
  return `${customer.mode}#${form}#${productCode}`;
}

export type OutcomeOf<Kind extends MeteringOutcome['kind']> = Extract<MeteringOutcome, { kind: Kind }>;

/**
 * A conflict is in doubt if an earlier send of a decimal record has no answer. AWS may have taken that one, and compare it
 * with this one as if it could not read decimals: the hour may be billed as it was sent. Whole quantities leave no doubt.
 */
export function conflictInDoubt(
  outcome: MeteringOutcome,
  { record, sends, answers }: SealedRecord,
  isUncertain: boolean,
): MeteringOutcome {
  const isInDoubt = record.form === 'decimal' && (sends > answers || isUncertain);
  return outcome.kind === 'conflict' && isInDoubt ? { ...outcome, isInDoubt } : outcome;
}

const PROOFS = new Set<MeteringOutcome['kind']>(['accepted', 'echoDiffers', 'conflict']);

/** After a call with an unknown result, only what AWS did with the record before proves anything about it. */
export function doubted(outcome: MeteringOutcome): MeteringOutcome {
  return PROOFS.has(outcome.kind) ? outcome : { kind: 'ambiguous' };
}
