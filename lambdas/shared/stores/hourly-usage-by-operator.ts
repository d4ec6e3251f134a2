import { decimal, ZERO } from '../domain/decimal';
import type { Balance } from '../domain/balance';
import { hourKeyOf, type HourlyUsage, type SealedHour } from '../domain/hourly-usage';
import type { WholeRecord } from '../domain/whole-record';
import { hourItemKey, NO_LONGER_DUE, type OpenedHour } from './hourly-usage-items';
import { balanceWrite, openedWrite, whenStillSealed, type BalancedWrites } from './hourly-usage-sealing';
import { toStoredNumber } from './stored-values';

/** Bills a sealed decimal record in whole units. */
export interface RefreezeRequest extends WholeRecord {
  /** The hour as it was read. */
  hour: SealedHour;
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

export type UnconfirmedHour = Extract<HourlyUsage, { state: 'unconfirmed' }>;

/** The operator knows what became of an hour of which AWS did not say it. */
export type SettleRequest = { hour: UnconfirmedHour; reason: string } & (
  { as: 'billed'; meteringRecordId: string } | { as: 'carried'; balance: Balance; balanceHour?: OpenedHour }
);

/** The writes of ending an unconfirmed hour: refused if AWS's answer has arrived since. */
export function settleWrites(request: SettleRequest): BalancedWrites {
  const { hour, reason } = request;
  const { sends, answers, record } = hour;
  const hourKey = hourKeyOf(hour);
  const quantity = decimal(record.quantity);
  const [set, values] =
    request.as === 'billed'
      ? ['meteringRecordId = :id REMOVE lastAnswer, lastReason', { ':id': request.meteringRecordId }]
      : ['carriedQuantity = :quantity', { ':quantity': toStoredNumber(quantity) }];
  return {
    hour: {
      Key: hourItemKey(hourKey),
      UpdateExpression: `SET #state = :next, settledReason = :reason, ${set}`,
      ConditionExpression: '#state = :unconfirmed AND sends = :sends AND answers = :answers',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':next': request.as,
        ':unconfirmed': 'unconfirmed',
        ':sends': sends,
        ':answers': answers,
        ':reason': reason,
        ...values,
      },
    },
    balance:
      request.as === 'carried'
        ? balanceWrite({ hourKey, carriedOut: request.balance.amount.plus(quantity), balance: request.balance })
        : undefined,
    balanceHour: request.as === 'carried' ? openedWrite(hourKey, request.balanceHour) : undefined,
  };
}
