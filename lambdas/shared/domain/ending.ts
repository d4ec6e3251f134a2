import { RECORD_USAGE } from '../contract/functions';
import { hourEndMs, hourOf, type Hour } from './hour';

/** GUIDE: AWS accepts usage for about one hour after the end. */
export const USAGE_AFTER_END_MS = 60 * 60_000;

/** The stream's own lag, one batch of `aggregate-usage` and its retry. */
const DELIVERY_SECONDS = 40;

/**
 * A request that began before the end may store usage until its timeout. The stream then has to deliver it. Intake may
 * glance at a subscription that is outdated by a second or so, for which the time of delivery has room.
 */
const DRAIN_MARGIN_MS = (RECORD_USAGE.timeoutSeconds + DELIVERY_SECONDS) * 1000;

/** Time between two passes for late usage. */
const PASS_INTERVAL_MS = 5 * 60_000;

/** However late AWS's event arrives, metering tries for this long before the remaining usage expires. */
const AT_LEAST_TRIED_FOR_MS = 15 * 60_000;

export interface EndingTimes {
  /** When the subscription ended, according to AWS. */
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
 *                               │ earlier hours are sealed and sent  │ the hour of the end, too, │ the rest expires
 *                               └ at once                            └ and then late usage       └ state ended
 * ```
 */
export function endingSchedule({ endingAtMs, openedAtMs, batchingWindowMs }: EndingTimes) {
  const drainMs = batchingWindowMs + DRAIN_MARGIN_MS;
  const drainedAtMs = openedAtMs + drainMs;
  const lastHour = lastHourOf(endingAtMs);
  // The stream may still hold usage of an hour that has just ended. It moves on to the next hour, which AWS takes only if
  // the buyer was subscribed in it.
  const closedAtMs = (hour: Hour) => hourEndMs(hour) + (hour < lastHour ? 0 : drainMs);
  const deadlineMs = Math.max(endingAtMs + USAGE_AFTER_END_MS, openedAtMs + AT_LEAST_TRIED_FOR_MS);
  return {
    drainedAtMs,
    deadlineMs,
    /** Whether an open hour can be sealed now. */
    isRipe: (hour: Hour, nowMs: number) => nowMs >= Math.min(closedAtMs(hour), drainedAtMs),
    nextPassAtMs: (nowMs: number) => {
      const next = nowMs < drainedAtMs ? drainedAtMs : nowMs + PASS_INTERVAL_MS;
      return Math.min(next, Math.max(deadlineMs, nowMs));
    },
  };
}

/** The last hour in which the buyer was subscribed. An end at the full hour leaves nothing of the hour that begins. */
export function lastHourOf(endingAtMs: number): Hour {
  return hourOf(endingAtMs - 1);
}

/** Reaches further back than any hour that AWS can still accept when a subscription ends. */
const LOOK_BACK_MS = 3 * 24 * 60 * 60_000;

/** The first hour in which an ending looks for unfinished usage. Older hours are found by their due time as usual. */
export function firstHourOfEnding(endingAtMs: number): Hour {
  return hourOf(endingAtMs - LOOK_BACK_MS);
}
