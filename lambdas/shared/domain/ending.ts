import { hourEndMs, hourOf, type Hour } from './hour';

/** GUIDE: after the end AWS takes usage for about one hour more. */
export const USAGE_AFTER_END_MS = 60 * 60_000;

/** What the stream needs beyond its batching window: its own lag, a retry, a request that was under way. */
const DRAIN_MARGIN_MS = 90_000;

/** Between two passes over what stragglers brought. */
const PASS_INTERVAL_MS = 5 * 60_000;

/** However late AWS's event came, everything is tried for so long before it is given up. */
const AT_LEAST_TRIED_FOR_MS = 15 * 60_000;

export interface EndingTimes {
  /** When AWS says it ended. */
  endingAtMs: number;
  /** When intake had certainly stopped. */
  openedAtMs: number;
  batchingWindowMs: number;
}

/**
 * The last hours of a subscription.
 *
 * ```
 * AWS's event ── intake stops ──┬─────────────── drained ────────────┬───────────── deadline
 *                               │ closed hours are sealed and sent   │ the unfinished hour too   │ the rest expires
 *                               └ at once                            └ and then stragglers       └ state ended
 * ```
 */
export function endingSchedule({ endingAtMs, openedAtMs, batchingWindowMs }: EndingTimes) {
  const drainedAtMs = openedAtMs + batchingWindowMs + DRAIN_MARGIN_MS;
  const deadlineMs = Math.max(endingAtMs + USAGE_AFTER_END_MS, openedAtMs + AT_LEAST_TRIED_FOR_MS);
  return {
    drainedAtMs,
    deadlineMs,
    /** Whether an open hour is to be sealed now. */
    isRipe: (hour: Hour, nowMs: number) => hourEndMs(hour) <= nowMs || nowMs >= drainedAtMs,
    nextPassAtMs: (nowMs: number) => {
      const next = nowMs < drainedAtMs ? drainedAtMs : nowMs + PASS_INTERVAL_MS;
      return Math.min(next, Math.max(deadlineMs, nowMs));
    },
  };
}

/** Hours older than any that AWS could still take when a subscription ends. */
const LOOK_BACK_MS = 3 * 24 * 60 * 60_000;

/** From which hour on to look for what is unfinished; older hours are found as due, like any other. */
export function firstHourOfEnding(endingAtMs: number): Hour {
  return hourOf(endingAtMs - LOOK_BACK_MS);
}
