import { ACCEPTANCE_WINDOW_MS, MONTH_END_GRACE_MS } from '../rules/limits';
import { ServiceError } from '../rules/service-error';

/** Refuses usage of the future, of 24 hours ago or more, and of a month whose books are closed. */
export function requireAcceptedTimestamp(timestampMs: number, nowMs: number): void {
  const age = nowMs - timestampMs;
  if (age < 0) throw outOfBounds(timestampMs, 'it lies in the future');
  if (age >= ACCEPTANCE_WINDOW_MS) throw outOfBounds(timestampMs, 'it lies 24 hours or more back');
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
  // A timestamp in milliseconds by mistake is beyond what a Date can hold.
  const shown = Math.abs(timestampMs) < 8.64e15 ? new Date(timestampMs).toISOString() : `${timestampMs / 1000}`;
  return new ServiceError('TimestampOutOfBoundsException', `The timestamp ${shown} is out of bounds: ${reason}.`);
}
