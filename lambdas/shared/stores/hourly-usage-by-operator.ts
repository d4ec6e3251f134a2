import type { Notice } from '../contract/notices';
import { decimal } from '../domain/decimal';
import type { Balance } from '../domain/balance';
import { hourKeyOf, type HourlyUsage } from '../domain/hourly-usage';
import { hourItemKey, type OpenedHour } from './hourly-usage-items';
import { balanceWrite, openedWrite, type BalancedWrites } from './hourly-usage-sealing';
import { toStoredNumber } from './stored-values';

export type UnconfirmedHour = Extract<HourlyUsage, { state: 'unconfirmed' }>;

/** The operator knows what became of an hour of which AWS did not say it. */
export type SettleRequest = {
  hour: UnconfirmedHour;
  reason: string;
  /** Written in the same transaction. */
  notice: Notice;
} & ({ as: 'billed'; meteringRecordId: string } | { as: 'carried'; balance: Balance; balanceHour?: OpenedHour });

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
