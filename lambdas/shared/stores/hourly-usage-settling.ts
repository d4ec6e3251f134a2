import type { NoticeOf } from '../contract/notices';
import { HOUR_TRANSITIONS, type HourlyUsage, type HourState } from '../domain/hourly-usage';
import type { MeteringOutcome, SealedRecord } from '../domain/metering-record';
import type { UnbilledState } from '../domain/rejection-notices';
import { NO_LONGER_DUE } from './hourly-usage-sealing';

/** The answers after which a record stays sealed. */
export type DeferredOutcome = Extract<MeteringOutcome, { kind: 'notSubscribed' | 'refused' | 'unprocessed' }>;

/** A record as it was when its send was claimed: its answer is counted once, however often it is stored. */
export type AnsweredRecord = Pick<SealedRecord, 'hourKey' | 'answers'>;

/** The end of a sealed hour that AWS takes no more. */
export interface Closing {
  state: UnbilledState;
  /** What that was decided from. */
  seen: Pick<HourlyUsage, 'sends' | 'answers'>;
  notice: NoticeOf<'MeteringRejected'>;
}

/** An update of an hour's item. */
export interface HourUpdate {
  UpdateExpression: string;
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Record<string, unknown>;
}

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
    UpdateExpression: `SET dueAt = :dueAt, ${wordOf(outcome)}, answers = :next`,
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
function wordOf({ kind }: DeferredOutcome): string {
  return kind === 'unprocessed'
    ? 'lastAnswer = if_not_exists(lastAnswer, :answer), lastReason = if_not_exists(lastReason, :reason)'
    : 'lastAnswer = :answer, lastReason = :reason';
}

/** AWS's window has closed. */
export function closingUpdate({ state, seen }: Pick<Closing, 'state' | 'seen'>): HourUpdate {
  return {
    UpdateExpression: `SET #state = :closed ${NO_LONGER_DUE}`,
    // A send that started since the decision makes it void.
    ConditionExpression: '#state = :sealed AND sends = :sends AND answers = :answers',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ...{ ':closed': state, ':sealed': 'sealed' },
      ...{ ':sends': seen.sends, ':answers': seen.answers },
    },
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
