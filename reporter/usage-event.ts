import { UsageNotTakenError } from './errors';
import { quantityText } from './quantity';

/** Usage of one dimension by one subscription. */
export interface UsageEvent {
  /**
   * Unique within the subscription, 1 to 512 characters. Derive it from the usage (`job-4711`): then a crash between using and
   * reporting cannot produce a second id for the same usage.
   *
   * @default - a random UUID, which stays the same over all retries
   */
  readonly id?: string;
  /** From the event bus, or from the exchange of the registration code. */
  readonly subscriptionId: string;
  /** The dimension's API name, case-sensitive. */
  readonly dimension: string;
  /**
   * In units of the dimension: 0 to 2,147,483,647, at most 18 decimal places. Decimal text and bigints are exact. A number is
   * taken if 15 digits are enough for it; 0.1 + 0.2 is refused, because it is not 0.3.
   */
  readonly quantity: number | bigint | string;
  /**
   * When it was used; decides the hour. Text is RFC 3339 with a time zone.
   *
   * @default - now
   */
  readonly time?: Date | string;
  /**
   * Cost-allocation tags for the buyer.
   *
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** An event as it is sent: the same bytes each time. */
export interface ReportedUsage {
  /** The event's id, or the one that it was given. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly dimension: string;
  /** Decimal text. */
  readonly quantity: string;
  /** RFC 3339. */
  readonly time: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Why the reporter is done with an event that will not be billed. */
export interface Rejection {
  /**
   * A reason of `POST /usage`, such as `unknownDimension`, or one of these:
   *
   * - `contentDiffers`: the id is stored with other content. That one is billed, not this one.
   * - `requestRefused`: the whole request was refused, and sending it again cannot help.
   * - `closed`: `close` ran out of time and there is no journal. The event may have arrived; report it again under its id.
   */
  readonly reason: string;
  /** For a person. */
  readonly message: string;
}

/** Far more than the largest event that `POST /usage` takes. */
const MAX_EVENT_BYTES = 16_384;

/** @throws UsageNotTakenError `invalid`, with the field */
export function reportedUsage(
  { id, subscriptionId, dimension, quantity, time, tags }: UsageEvent,
  { now, newId }: { now(): number; newId(): string },
): ReportedUsage {
  const event = {
    id: id === undefined ? newId() : text('id', id),
    subscriptionId: text('subscriptionId', subscriptionId),
    dimension: text('dimension', dimension),
    quantity: quantityText(quantity),
    time: timeText(time ?? new Date(now())),
    ...(tags !== undefined && { tags: { ...tags } }),
  };
  if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES)
    throw new UsageNotTakenError('invalid', `The event is larger than ${MAX_EVENT_BYTES} bytes.`);
  return event;
}

function text(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new UsageNotTakenError('invalid', `${field} must be text and not empty.`);
}

function timeText(time: Date | string): string {
  if (typeof time === 'string') return text('time', time);
  if (Number.isNaN(time.getTime())) throw new UsageNotTakenError('invalid', 'time is an invalid Date.');
  return time.toISOString();
}
