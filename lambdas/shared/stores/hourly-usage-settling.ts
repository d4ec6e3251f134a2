import type { NoticeOf } from '../contract/notices';
import { HOUR_TRANSITIONS, type HourState, type SendCounts, type UnbilledState } from '../domain/hourly-usage';
import type { OutcomeOf, SealedRecord } from '../domain/metering-record';
import type { ItemUpdate } from './conditional-writes';
import { NO_LONGER_DUE } from './hourly-usage-items';
import { whenStillSealed } from './hourly-usage-sealing';

/** The answers after which a record stays sealed. */
export type DeferredOutcome = OutcomeOf<'notSubscribed' | 'refused' | 'unprocessed'>;

/** A record as it was when its send was claimed, so that its answer counts once, however often it is stored. */
export interface AnsweredRecord extends Pick<SealedRecord, 'hourKey' | 'answers'> {
  /** The run that claimed the send with the sealing, if nothing but that claim may be answered. */
  claim?: string;
}

/** AWS no longer accepts a sealed hour. */
export interface WindowEnd {
  state: UnbilledState;
  /** The counts that the decision is based on. */
  seen: SendCounts;
  notice: NoticeOf<'MeteringRejected'>;
}

/** An update of an hour's item. */
export type HourUpdate = Omit<ItemUpdate, 'Key'>;

/** AWS bills the hour. An earlier answer no longer holds. */
export function acceptedUpdate(meteringRecordId: string): HourUpdate {
  return {
    UpdateExpression: `SET #state = :billed, meteringRecordId = :id ADD answers :one ${NO_LONGER_DUE}, lastAnswer, lastReason`,
    ...whenMayBecome('billed', { ':id': meteringRecordId, ':one': 1 }),
  };
}

/** AWS has another quantity for the hour, or (`unconfirmed`) ours, which an unanswered send may have brought. */
export function conflictUpdate(state: 'rejected' | 'unconfirmed'): HourUpdate {
  return {
    UpdateExpression: `SET #state = :${state}, lastAnswer = :answer ADD answers :one ${NO_LONGER_DUE}, lastReason`,
    ...whenMayBecome(state, { ':answer': 'conflict', ':one': 1 }),
  };
}

/** AWS took the record and repeated another quantity. */
export function echoDiffersUpdate({ meteringRecordId, echoed }: OutcomeOf<'echoDiffers'>): HourUpdate {
  const set = 'SET #state = :unconfirmed, lastAnswer = :answer, lastReason = :reason, meteringRecordId = :id';
  return {
    UpdateExpression: `${set} ADD answers :one ${NO_LONGER_DUE}`,
    ...whenMayBecome('unconfirmed', {
      ':answer': 'echoDiffers',
      ':reason': `AWS repeated ${echoed}`,
      ':id': meteringRecordId,
      ':one': 1,
    }),
  };
}

/** A certain answer that may change. */
export function deferredUpdate(
  { answers, claim }: AnsweredRecord,
  { outcome, dueAtMs }: { outcome: DeferredOutcome; dueAtMs: number },
): HourUpdate {
  return {
    UpdateExpression: `SET dueAt = :dueAt, ${lastAnswerOf(outcome)}, answers = :next`,
    // Not ADD: the SDK repeats a write whose response is lost, and a second answer for one send would hide a send
    // without an answer.
    ConditionExpression: `#state = :sealed AND answers = :seen${claim === undefined ? '' : ' AND claim = :claim'}`,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':sealed': 'sealed',
      ':dueAt': dueAtMs,
      ':answer': outcome.kind,
      ':reason': outcome.kind === 'refused' ? outcome.reason : outcome.kind,
      ':seen': answers,
      ...(claim !== undefined && { ':claim': claim }),
      ':next': answers + 1,
    },
  };
}

/** `unprocessed` must not replace an earlier refusal: the final state of the hour depends on it. */
function lastAnswerOf({ kind }: DeferredOutcome): string {
  return kind === 'unprocessed'
    ? 'lastAnswer = if_not_exists(lastAnswer, :answer), lastReason = if_not_exists(lastReason, :reason)'
    : 'lastAnswer = :answer, lastReason = :reason';
}

/** AWS's window has closed on the hour. AWS's answer to another send says nothing about one that had none. */
export function windowEndUpdate({ state, seen, notice }: WindowEnd): HourUpdate {
  return {
    UpdateExpression: `SET #state = :ended, lastReason = :reason ${NO_LONGER_DUE}${state === 'unconfirmed' ? ', lastAnswer' : ''}`,
    ...whenStillSealed(seen, { ':ended': state, ':reason': notice.reason }),
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
