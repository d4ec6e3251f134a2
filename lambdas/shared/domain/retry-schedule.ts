import { SEND_MARGIN_MS } from './sealing';

const FIRST_WAIT_MS = 5 * 60_000;
const LONGEST_WAIT_MS = 60 * 60_000;
/** One last try before AWS's window closes. */
const LAST_TRY_BEFORE_MS = SEND_MARGIN_MS + 10 * 60_000;

/**
 * When to try a record again that AWS refused `answers` times: after 5 minutes, then twice as long each time up to an
 * hour; once more shortly before AWS's window closes, and then at its close, to note the end.
 */
export function nextAttemptAtMs(
  nowMs: number,
  { answers, acceptedUntilMs }: { answers: number; acceptedUntilMs: number },
): number {
  const byBackoff = nowMs + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** answers);
  const lastTry = acceptedUntilMs - LAST_TRY_BEFORE_MS;
  return nowMs < lastTry ? Math.min(byBackoff, lastTry) : acceptedUntilMs;
}

/**
 * Exponential backoff with full jitter between the tries of one call within a run.
 * @param random - in 0 … 1, evenly spread
 */
export function retryDelayMs(attempt: number, random: number): number {
  const FIRST_MS = 200;
  const LONGEST_MS = 5_000;
  return Math.round(random * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt));
}
