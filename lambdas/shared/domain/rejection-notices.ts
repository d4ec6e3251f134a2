import type { NoticeOf } from '../contract/notices';
import { decimalText, type Decimal } from './decimal';
import type { HourKey } from './hour';
import type { LastAnswer, UnbilledState } from './hourly-usage';
import type { DecidedFor, MeteringRecord } from './metering-record';
import type { SubscriptionFacts } from './subscription';
import type { WithheldReason } from './withholding';

/** The usage is from an hour in which nobody was subscribed. */
export const NOT_SUBSCRIBED_THEN = 'notSubscribedThen';

/** Usage of an hour that AWS will not bill, or may not have billed. */
export interface LostUsage {
  hourKey: HourKey;
  state: UnbilledState;
  reason: string;
  quantity: Decimal;
  record?: MeteringRecord;
  decidedFor?: DecidedFor;
}

/** How the operator ended an unconfirmed hour. */
export interface Settled {
  hourKey: HourKey;
  as: 'billed' | 'carried';
  reason: string;
  record: MeteringRecord;
  meteringRecordId?: string;
  decidedFor: DecidedFor;
}

export function decidedFor(subscription: Pick<SubscriptionFacts, 'version' | 'agreementId'> | undefined): DecidedFor {
  return { subscriptionVersion: subscription?.version, agreementId: subscription?.agreementId };
}

/**
 * The hour's key identifies the notice, because an hour loses its usage at most once. What is rejected at sealing has
 * another id: the rest of the hour may be lost later.
 */
export function toMeteringRejected(
  { hourKey, state, reason, quantity, record, decidedFor: known }: LostUsage,
  nowIso: string,
): NoticeOf<'MeteringRejected'> {
  const { subscriptionId, dimension, hour } = hourKey;
  return {
    kind: 'MeteringRejected',
    schemaVersion: 1,
    noticeId: `${subscriptionId}#${hour}#${dimension}${reason === NOT_SUBSCRIBED_THEN ? `#${reason}` : ''}`,
    time: nowIso,
    subscriptionId,
    ...known,
    dimension,
    hour,
    outcome: state,
    reason,
    quantity: decimalText(quantity),
    ...(record && { record: shownRecord(record) }),
  };
}

/** Without allocations: there may be 2,500 of them, and EventBridge limits an event to 256 KB. */
function shownRecord({ productCode, customer, timestampSeconds, quantity }: MeteringRecord) {
  const ids =
    customer.mode === 'license'
      ? { customerAWSAccountId: customer.customerAWSAccountId, licenseArn: customer.licenseArn }
      : { customerIdentifier: customer.customerIdentifier };
  return { productCode, ...ids, timestamp: new Date(timestampSeconds * 1000).toISOString(), quantity };
}

/** The reason for a sealed hour's final state once AWS accepts no more usage for it. */
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

/** An hour that the operator has ended. Its own key is that of the notice that it is unconfirmed. */
export function toMeteringSettled({ hourKey, ...settled }: Settled, nowIso: string): NoticeOf<'MeteringSettled'> {
  const { subscriptionId, dimension, hour } = hourKey;
  const { record, as, reason, meteringRecordId } = settled;
  return {
    kind: 'MeteringSettled',
    schemaVersion: 1,
    noticeId: `${subscriptionId}#${hour}#${dimension}#settled`,
    time: nowIso,
    subscriptionId,
    ...settled.decidedFor,
    dimension,
    hour,
    outcome: as,
    reason: fitted(reason, MESSAGE_JSON_LENGTH),
    quantity: record.quantity,
    ...(meteringRecordId !== undefined && { meteringRecordId }),
    record: shownRecord(record),
  };
}

/** Usage of an hour that is not metered. */
export interface WithheldUsage {
  hourKey: HourKey;
  reason: WithheldReason;
  quantity: Decimal;
  decidedFor: DecidedFor;
}

export function toUsageWithheld(withheld: WithheldUsage, nowIso: string): NoticeOf<'UsageWithheld'> {
  const { subscriptionId, dimension, hour } = withheld.hourKey;
  return {
    kind: 'UsageWithheld',
    schemaVersion: 1,
    noticeId: `${subscriptionId}#${hour}#${dimension}#withheld`,
    time: nowIso,
    subscriptionId,
    ...withheld.decidedFor,
    dimension,
    hour,
    reason: withheld.reason,
    quantity: decimalText(withheld.quantity),
  };
}

/** An hour that waits because its quantity is above the maximum. */
export interface HeldUsage {
  hourKey: HourKey;
  quantity: string;
  maxPerHour: string;
  waitsUntilMs: number;
  decidedFor: DecidedFor;
}

/** The quantity is in the id, because an hour that has grown since it was released is held again. */
export function toUsageHeld({ hourKey, waitsUntilMs, ...held }: HeldUsage, nowIso: string): NoticeOf<'UsageHeld'> {
  const { subscriptionId, dimension, hour } = hourKey;
  const { quantity, maxPerHour } = held;
  return {
    kind: 'UsageHeld',
    schemaVersion: 1,
    noticeId: `${subscriptionId}#${hour}#${dimension}#held#${quantity}`,
    time: nowIso,
    subscriptionId,
    ...held.decidedFor,
    dimension,
    hour,
    quantity,
    maxPerHour,
    waitsUntil: new Date(waitsUntilMs).toISOString(),
  };
}

/** JSON may write one character as six. Within these limits, a notice with its ids always fits its DynamoDB item. */
const KEY_JSON_LENGTH = 4_000;
const MESSAGE_JSON_LENGTH = 1_000;

/** A notice about an item that is not billed as it is. The item's own texts may have any length. */
export function toUsageRejected(
  item: Omit<NoticeOf<'UsageRejected'>, 'kind' | 'schemaVersion' | 'time'>,
  nowIso: string,
): NoticeOf<'UsageRejected'> {
  const message = fitted(item.message, MESSAGE_JSON_LENGTH);
  const usageEventPk = fitted(item.usageEventPk, KEY_JSON_LENGTH);
  return { kind: 'UsageRejected', schemaVersion: 1, time: nowIso, ...item, message, usageEventPk };
}

/** The whole text if its JSON fits; otherwise a beginning that fits whatever its characters are. */
function fitted(text: string, jsonLength: number): string {
  return JSON.stringify(text).length <= jsonLength ? text : text.slice(0, Math.floor(jsonLength / 6)).toWellFormed();
}
