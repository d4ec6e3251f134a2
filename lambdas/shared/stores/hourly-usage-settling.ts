import type { NoticeOf } from '../contract/notices';
import { HOUR_TRANSITIONS, type HourState, type SendCounts, type UnbilledState } from '../domain/hourly-usage';
import type { MeteringOutcome, SealedRecord } from '../domain/metering-record';
import type { ItemUpdate } from './conditional-writes';
import { NO_LONGER_DUE } from './hourly-usage-opening';
import { whenStillSealed } from './hourly-usage-sealing';

/** The answers after which a record stays sealed. */
export type DeferredOutcome = Extract<MeteringOutcome, { kind: 'notSubscribed' | 'refused' | 'unprocessed' }>;

/** A record as it was when its send was claimed: its answer is counted once, however often it is stored. */
export type AnsweredRecord = Pick<SealedRecord, 'hourKey' | 'answers'>;

/** AWS takes a sealed hour no more. */
export interface WindowEnd {
  state: UnbilledState;
  /** What that was decided from. */
  seen: SendCounts;
  notice: NoticeOf<'MeteringRejected'>;
}

/** An update of an hour's item. */
export type HourUpdate = Omit<ItemUpdate, 'Key'>;

/** AWS bills it. */
export function acceptedUpdate(meteringRecordId: string): HourUpdate {
  return {
    UpdateExpression: `SET #state = :billed, meteringRecordId = :id ADD answers :one ${NO_LONGER_DUE}`,
    ...whenMayBecome('billed', { ':id': meteringRecordId, ':one': 1 }),
  };
}

/** AWS took another quantity. */
export function conflictUpdate(): HourUpdate {
  return {
    UpdateExpression: `SET #state = :rejected, lastAnswer = :answer ADD answers :one ${NO_LONGER_DUE}`,
    ...whenMayBecome('rejected', { ':answer': 'conflict', ':one': 1 }),
  };
}

/** A certain answer that may change. */
export function deferredUpdate(
  { answers }: AnsweredRecord,
  { outcome, dueAtMs }: { outcome: DeferredOutcome; dueAtMs: number },
): HourUpdate {
  return {
    UpdateExpression: `SET dueAt = :dueAt, ${lastAnswerOf(outcome)}, answers = :next`,
    // Not ADD: when its answer gets lost the SDK writes again, and a second answer to one send would hide another
    // send that has none.
    ConditionExpression: '#state = :sealed AND answers = :seen',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':sealed': 'sealed',
      ':dueAt': dueAtMs,
      ':answer': outcome.kind,
      ':reason': outcome.kind === 'refused' ? outcome.reason : outcome.kind,
      ':seen': answers,
      ':next': answers + 1,
    },
  };
}

/** That AWS was busy must not hide that it has refused the record before: the two end differently. */
function lastAnswerOf({ kind }: DeferredOutcome): string {
  return kind === 'unprocessed'
    ? 'lastAnswer = if_not_exists(lastAnswer, :answer), lastReason = if_not_exists(lastReason, :reason)'
    : 'lastAnswer = :answer, lastReason = :reason';
}

/** AWS's window has closed. */
export function windowEndUpdate({ state, seen }: Pick<WindowEnd, 'state' | 'seen'>): HourUpdate {
  return {
    UpdateExpression: `SET #state = :ended ${NO_LONGER_DUE}`,
    ...whenStillSealed(seen, { ':ended': state }),
  };
}

function whenMayBecome(state: HourState, values: Record<string, unknown>) {
  const from = Object.entries(HOUR_TRANSITIONS).filter(([, targets]) => targets.includes(state));
  const fromValues = Object.fromEntries(from.map(([name]) => [`:from_${name}`, name]));
  return {
    ConditionExpression: `attribute_exists(#record) AND #state IN (${Object.keys(fromValues).join(', ')})`,
    ExpressionAttributeNames: { '#state': 'state', '#record': 'record' },
    ExpressionAttributeValues: { [`:${state}`]: state, ...fromValues, ...values },
  };
}
