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
export function refreezeWrites({ hour, record, rest, balance, balanceHour, nowMs }: RefreezeRequest): BalancedWrites {
  const { sends, answers, carriedIn = ZERO, carriedOut = ZERO } = hour;
  const hourKey = hourKeyOf(hour);
  const conditioned = whenStillSealed(hour, {
    ...(record === undefined
      ? { ':carried': 'carried', ':rest': toStoredNumber(rest) }
      : {
          ':record': JSON.stringify(record),
          ':dueAt': nowMs,
          ':carriedIn': toStoredNumber(carriedIn),
          ':carriedOut': toStoredNumber(carriedOut.plus(rest)),
        }),
    ':nextSends': sends + 1,
    ':nextAnswers': answers + 1,
    ':answer': 'unprocessed',
    ':reason': 'frozenAnew',
  });
  const set = [
    ...(record === undefined
      ? [`#state = :carried, carriedQuantity = :rest`]
      : ['#record = :record, dueAt = :dueAt, carriedIn = :carriedIn, carriedOut = :carriedOut']),
    'sends = :nextSends, answers = :nextAnswers, lastAnswer = :answer, lastReason = :reason',
  ].join(', ');
  return {
    hour: {
      Key: hourItemKey(hourKey),
      UpdateExpression: `SET ${set}${record === undefined ? ` ${NO_LONGER_DUE}` : ''}`,
      ...conditioned,
      ...(record !== undefined && {
        ExpressionAttributeNames: { ...conditioned.ExpressionAttributeNames, '#record': 'record' },
      }),
    },
    balance: rest.eq(0) ? undefined : balanceWrite({ hourKey, carriedOut: balance.amount.plus(rest), balance }),
    balanceHour: openedWrite(hourKey, balanceHour),
  };
}
