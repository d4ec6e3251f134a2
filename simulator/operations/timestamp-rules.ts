import { ACCEPTANCE_WINDOW_MS, MONTH_END_GRACE_MS } from '../rules/limits';
import { ServiceError } from '../rules/service-error';

/** @throws ServiceError for usage in the future, usage 24 hours old or older, and last month's after its deadline. */
export function requireAcceptedTimestamp(timestampMs: number, nowMs: number): void {
  const age = nowMs - timestampMs;
  if (age < 0) throw outOfBounds(timestampMs, 'it is in the future');
  if (age >= ACCEPTANCE_WINDOW_MS) throw outOfBounds(timestampMs, 'it is 24 hours old or older');
  const monthStartMs = startOfMonthMs(nowMs);
  if (timestampMs < monthStartMs && nowMs >= monthStartMs + MONTH_END_GRACE_MS) {
    throw outOfBounds(timestampMs, "last month's usage is accepted until 06:00 UTC on the 1st");
  }
}

function startOfMonthMs(epochMs: number): number {
  const date = new Date(epochMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function outOfBounds(timestampMs: number, reason: string): ServiceError {
  // Milliseconds sent by mistake exceed what a Date can hold.
  const shown = Math.abs(timestampMs) < 8.64e15 ? new Date(timestampMs).toISOString() : `${timestampMs / 1000}`;
  return new ServiceError('TimestampOutOfBoundsException', `The timestamp ${shown} is out of bounds: ${reason}.`);
}
