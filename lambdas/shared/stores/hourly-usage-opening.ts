import type { Hour, HourKey } from '../domain/hour';
import { dueShardOf } from './due-index';
import { hourSortKey } from './hourly-usage-items';

/** An hour to open. `dueAtMs` is when it can be sealed; it applies to a new hour only. */
export interface OpenedHour {
  hour: Hour;
  dueAtMs: number;
}

/** Opens an hour; idempotent. Refused once the hour is sealed. */
export function openHourWrite(hourKey: HourKey, dueAtMs: number) {
  return {
    Key: hourItemKey(hourKey),
    UpdateExpression: 'SET #state = :open, dueShard = :dueShard, dueAt = if_not_exists(dueAt, :dueAt)',
    ConditionExpression: IS_OPEN_OR_NEW,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':open': 'open',
      ':dueShard': dueShardOf(hourKey.subscriptionId),
      ':dueAt': dueAtMs,
    } as Record<string, unknown>,
  };
}

/** The condition under which an hour takes usage. */
const IS_OPEN_OR_NEW = 'attribute_not_exists(#state) OR #state = :open';

export function hourItemKey(hourKey: HourKey): { pk: string; sk: string } {
  return { pk: hourKey.subscriptionId, sk: hourSortKey(hourKey) };
}

/** Takes an hour out of the sparse index. */
export const NO_LONGER_DUE = 'REMOVE dueShard, dueAt';
