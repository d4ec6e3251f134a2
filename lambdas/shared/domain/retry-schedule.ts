import { SEND_MARGIN_MS } from './sealing';

const FIRST_WAIT_MS = 5 * 60_000;
const LONGEST_WAIT_MS = 60 * 60_000;
/** The last try comes this long before AWS's window closes. */
const LAST_TRY_BEFORE_MS = SEND_MARGIN_MS + 10 * 60_000;

/**
 * When to try a record again after AWS refused it `answers` times. The wait starts at 5 minutes and doubles up to an
 * hour. The last try comes shortly before AWS's window closes; when it closes, the hour gets its final state.
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
 * @param random - uniformly distributed in 0 … 1
 */
export function retryDelayMs(attempt: number, random: number): number {
  const FIRST_MS = 200;
  const LONGEST_MS = 5_000;
  return Math.round(random * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt));
}
