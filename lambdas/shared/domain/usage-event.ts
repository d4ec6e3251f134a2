import { decimalPlaces, MAX_DECIMAL_PLACES, type Decimal } from './decimal';
import { HOUR_MS } from './hour';
import { tagSetProblem, type TagSet } from './tag-set';

/** A report by the seller's application: a quantity of one dimension that one subscription used at one time. */
export interface UsageEvent {
  subscriptionId: string;
  /** The scope in which `id` is unique: the CloudEvents source, or `''` for plain events. */
  source: string;
  id: string;
  /** The API identifier of the dimension; case-sensitive. */
  dimension: string;
  /** In units of the dimension, never negative, exact. */
  quantity: Decimal;
  /** Time of use in milliseconds since the epoch; decides the hour. */
  timeMs: number;
  /** Time of arrival. Lateness is measured against it, so that every redelivery decides the same. */
  receivedAtMs: number;
  tags: TagSet;
}

/** Why an event is refused; machine-readable. */
type UsageRefusalReason =
  | 'malformed'
  | 'unknownSubscription'
  | 'subscriptionEnding'
  | 'subscriptionEnded'
  | 'notSubscribedThen'
  | 'unknownDimension'
  | 'notMetered'
  | 'quantityNegative'
  | 'quantityTooLarge'
  | 'quantityTooPrecise'
  | 'timeInFuture'
  | 'tooLate'
  | 'tagNotAllowed'
  | 'tagInvalid';

export interface UsageRefusal {
  reason: UsageRefusalReason;
  /** A sentence for the sender: what is wrong and what to do. */
  message: string;
}

/**
 * The largest quantity of one event, whatever the form of its dimension: a redelivery must decide as the first delivery
 * did, although the configuration may have changed in between.
 */
const MAX_EVENT_QUANTITY = 2_147_483_647;

/** Clocks of servers differ by less than this, and wrong time zones by more. */
const FUTURE_TOLERANCE_MS = 5 * 60 * 1000;

export interface LatenessPolicy {
  latenessHours: number;
}

/**
 * Why an event is refused, judged by the event alone: intake and aggregation both ask, and a redelivered event gets the
 * same answer. Undefined: the event is valid.
 */
export function refusalOf(event: UsageEvent, { latenessHours }: LatenessPolicy): UsageRefusal | undefined {
  const { quantity, timeMs, receivedAtMs, tags } = event;
  if (quantity.lt(0))
    return {
      reason: 'quantityNegative',
      message: 'The quantity must not be below 0: AWS Marketplace accepts no corrections.',
    };
  if (quantity.gt(MAX_EVENT_QUANTITY)) {
    return {
      reason: 'quantityTooLarge',
      message: `The quantity of one event must be at most ${MAX_EVENT_QUANTITY.toLocaleString('en')}.`,
    };
  }
  if (decimalPlaces(quantity) > MAX_DECIMAL_PLACES) {
    return {
      reason: 'quantityTooPrecise',
      message: `A quantity must have at most ${MAX_DECIMAL_PLACES} decimal places.`,
    };
  }
  if (timeMs > receivedAtMs + FUTURE_TOLERANCE_MS) {
    return {
      reason: 'timeInFuture',
      message: 'The time is in the future: check the clock and the time zone of the sender.',
    };
  }
  if (timeMs < receivedAtMs - latenessHours * HOUR_MS) {
    return {
      reason: 'tooLate',
      message: `The time is more than ${latenessHours} hours ago: send sooner, or raise usage.latenessHours.`,
    };
  }
  const tagProblem = tagSetProblem(tags);
  return tagProblem === undefined ? undefined : { reason: 'tagInvalid', message: tagProblem };
}

/**
 * The identity of an event within its subscription: `<source>#<id>`. `#` and `%` in the source are escaped, so that two
 * different pairs never have the same key.
 */
export function usageEventKey({ source, id }: { source: string; id: string }): string {
  return `${source.replaceAll('%', '%25').replaceAll('#', '%23')}#${id}`;
}
