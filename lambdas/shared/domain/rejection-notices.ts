import type { NoticeOf } from '../contract/notices';
import { decimalText, type Decimal } from './decimal';
import type { HourKey } from './hour';
import type { LastAnswer, UnbilledState } from './hourly-usage';
import type { MeteringRecord } from './metering-record';

/** Usage of an hour that is not billed. */
export interface LostUsage {
  hourKey: HourKey;
  state: UnbilledState;
  reason: string;
  quantity: Decimal;
  record?: MeteringRecord;
  /** Under which version of the subscription it was decided; it may be unknown. */
  subscriptionVersion: number | undefined;
}

/** An hour comes to such an end once, so that its key names the notice. */
export function toMeteringRejected(
  { hourKey, state, reason, quantity, record, subscriptionVersion }: LostUsage,
  nowIso: string,
): NoticeOf<'MeteringRejected'> {
  const { subscriptionId, dimension, hour } = hourKey;
  return {
    kind: 'MeteringRejected',
    schemaVersion: 1,
    noticeId: `${subscriptionId}#${hour}#${dimension}`,
    time: nowIso,
    subscriptionId,
    subscriptionVersion,
    dimension,
    hour,
    outcome: state,
    reason,
    quantity: decimalText(quantity),
    ...(record && { record: shownRecord(record) }),
  };
}

/** Not the allocations: there may be 2,500, and an event has room for 256 KB. */
function shownRecord({ productCode, customer, timestampSeconds, quantity }: MeteringRecord) {
  const ids =
    customer.mode === 'license'
      ? { customerAWSAccountId: customer.customerAWSAccountId, licenseArn: customer.licenseArn }
      : { customerIdentifier: customer.customerIdentifier };
  return { productCode, ...ids, timestamp: new Date(timestampSeconds * 1000).toISOString(), quantity };
}

/** Why a sealed hour ends as it does when AWS takes nothing more of it. */
export function reasonOf(
  { lastAnswer, lastReason }: { lastAnswer?: LastAnswer; lastReason?: string },
  { state, isOver }: { state: UnbilledState; isOver: boolean },
): string {
  switch (state) {
    case 'unconfirmed':
      return 'noAnswer';
    case 'rejected':
      return lastReason ?? lastAnswer ?? 'refused';
    case 'expired':
      if (lastAnswer === 'unprocessed') return lastAnswer;
      return isOver ? 'subscriptionOver' : 'windowClosed';
  }
}

/** JSON may write a character as six. What they sum to, ids included, is less than an outbox item may have. */
const KEY_JSON_LENGTH = 4_000;
const MESSAGE_JSON_LENGTH = 1_000;

/** An item that is not billed as it stands. What it says itself may be anything of any length. */
export function toUsageRejected(
  item: Pick<NoticeOf<'UsageRejected'>, 'noticeId' | 'subscriptionId' | 'reason' | 'message' | 'usageEventPk'>,
  nowIso: string,
): NoticeOf<'UsageRejected'> {
  const message = fitted(item.message, MESSAGE_JSON_LENGTH);
  const usageEventPk = fitted(item.usageEventPk, KEY_JSON_LENGTH);
  return { kind: 'UsageRejected', schemaVersion: 1, time: nowIso, ...item, message, usageEventPk };
}

/** Whole if its JSON has room, else so much of the beginning as has room whatever it consists of. */
function fitted(text: string, jsonLength: number): string {
  return JSON.stringify(text).length <= jsonLength ? text : text.slice(0, Math.floor(jsonLength / 6)).toWellFormed();
}
