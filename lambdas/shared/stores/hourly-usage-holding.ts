import type { NoticeOf } from '../contract/notices';
import type { Decimal } from '../domain/decimal';
import type { Decision, HeldReason } from '../domain/hold';
import type { OpenHour, SealedHour } from '../domain/hourly-usage';
import type { HourUpdate } from './hourly-usage-settling';
import { toStoredNumber } from './stored-values';

/** Lets an hour wait for the operator. */
export interface HoldRequest {
  held: HeldReason;
  dueAtMs: number;
  /** The quantity above the maximum, with the notice that tells of it. */
  quantity?: Decimal;
  notice?: NoticeOf<'UsageHeld'>;
}

/** As a change of inline events, which a version that knows of no holds takes for a missing tally: it waits, too. */
const MARK = ' ADD tallies :one, inlineVersion :one, summed :one';

/** Refused if the hour is no longer as it was read: sealed, sent, or told by another run. */
export function holdUpdate(hour: OpenHour | SealedHour, { held, dueAtMs, quantity }: HoldRequest): HourUpdate {
  const heldQuantity = hour.state === 'open' ? hour.heldQuantity : undefined;
  const isMarked = hour.state === 'open' && hour.held === undefined;
  const conditions = [
    '#state = :state',
    ...(hour.state === 'sealed' ? ['sends = :sends AND answers = :answers'] : []),
    ...(quantity === undefined
      ? []
      : [heldQuantity === undefined ? 'attribute_not_exists(heldQuantity)' : 'heldQuantity = :told']),
  ];
  return {
    UpdateExpression:
      `SET held = :held, dueAt = :due${quantity === undefined ? '' : ', heldQuantity = :quantity'}` +
      (isMarked ? MARK : ''),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':held': held,
      ':due': dueAtMs,
      ':state': hour.state,
      ...(isMarked && { ':one': 1 }),
      ...(hour.state === 'sealed' && { ':sends': hour.sends, ':answers': hour.answers }),
      ...(quantity !== undefined && {
        ':quantity': toStoredNumber(quantity),
        ...(heldQuantity !== undefined && { ':told': toStoredNumber(heldQuantity) }),
      }),
    },
  };
}

/** Lets an hour that waits be due at once. Refused if it no longer waits, was sent, or is due by then anyway. */
export function dueUpdate(hour: OpenHour | SealedHour, nowMs: number): HourUpdate {
  const isUnsent = hour.state === 'sealed' ? ' AND sends = :sends AND answers = :answers' : '';
  return {
    UpdateExpression: 'SET dueAt = :now',
    ConditionExpression: `#state = :state AND attribute_exists(held) AND dueAt > :now${isUnsent}`,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':state': hour.state,
      ':now': nowMs,
      ...(hour.state === 'sealed' && { ':sends': hour.sends, ':answers': hour.answers }),
    },
  };
}

/** The operator lets an open hour go up to a quantity; it is due at once. */
export function releaseUpdate(quantity: Decimal, { by, atMs, reason, ticket }: Decision): HourUpdate {
  return {
    UpdateExpression: 'SET released = :released, dueAt = :now',
    ConditionExpression: '#state = :open',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':open': 'open',
      ':now': atMs,
      ':released': { quantity: toStoredNumber(quantity), by, atMs, reason, ticket },
    },
  };
}
