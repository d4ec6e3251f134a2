import type { Balance } from '../domain/balance';
import { ZERO, type Decimal } from '../domain/decimal';
import { hourKeyOf, type SealedHour } from '../domain/hourly-usage';
import type { MeteringRecord } from '../domain/metering-record';
import { hourItemKey, NO_LONGER_DUE, type OpenedHour } from './hourly-usage-items';
import { balanceWrite, openedWrite, whenStillSealed, type BalancedWrites } from './hourly-usage-sealing';
import { toStoredNumber } from './stored-values';

/** Replaces the record of a sealed hour that AWS certainly has not taken. */
export interface RefreezeRequest {
  /** The hour as it was read. */
  hour: SealedHour;
  /** Undefined: nothing is left to send. */
  record: MeteringRecord | undefined;
  /** What the new record no longer bills: it goes to the Balance. */
  rest: Decimal;
  balance: Balance;
  balanceHour?: OpenedHour;
  nowMs: number;
}

/**
 * The writes of freezing a record anew, refused if a send has started since. The counts go on, so that a run that has
 * read the old record cannot claim a send of it.
 */
export function refreezeWrites(request: RefreezeRequest): BalancedWrites {
  const { hour, rest, balance, balanceHour } = request;
  const hourKey = hourKeyOf(hour);
  const { set, remove, names, values } = replacement(request);
  const condition = whenStillSealed(hour, {
    ...values,
    ':nextSends': hour.sends + 1,
    ':nextAnswers': hour.answers + 1,
    ':answer': 'unprocessed',
    ':reason': 'frozenAnew',
  });
  const counted = 'sends = :nextSends, answers = :nextAnswers, lastAnswer = :answer, lastReason = :reason';
  return {
    hour: {
      Key: hourItemKey(hourKey),
      UpdateExpression: `SET ${set}, ${counted} ${remove}`,
      ...condition,
      ExpressionAttributeNames: { ...condition.ExpressionAttributeNames, ...names },
    },
    balance: rest.eq(0) ? undefined : balanceWrite({ hourKey, carriedOut: balance.amount.plus(rest), balance }),
    balanceHour: openedWrite(hourKey, balanceHour),
  };
}

interface Replacement {
  set: string;
  remove: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
}

/** What takes the place of the record: another one that is due at once, or nothing, and the hour is carried. */
function replacement({ hour, record, rest, nowMs }: RefreezeRequest): Replacement {
  if (record === undefined)
    return {
      set: '#state = :carried, carriedQuantity = :rest',
      remove: NO_LONGER_DUE,
      names: {},
      values: { ':carried': 'carried', ':rest': toStoredNumber(rest) },
    };
  const { carriedIn = ZERO, carriedOut = ZERO } = hour;
  return {
    set: '#record = :record, dueAt = :dueAt, carriedIn = :carriedIn, carriedOut = :carriedOut',
    remove: '',
    names: { '#record': 'record' },
    values: {
      ':record': JSON.stringify(record),
      ':dueAt': nowMs,
      ':carriedIn': toStoredNumber(carriedIn),
      ':carriedOut': toStoredNumber(carriedOut.plus(rest)),
    },
  };
}
