import type { Settings } from './options';

/**
 * Exponential backoff with full jitter: any part of a span that doubles with each retry, so that many applications do not come
 * back at the same moment.
 * @param retry - 1 for the first retry
 * @returns milliseconds
 */
export function pauseMs(
  retry: number,
  { firstPauseMs, longestPauseMs, ports }: Pick<Settings, 'firstPauseMs' | 'longestPauseMs' | 'ports'>,
): number {
  return ports.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (retry - 1));
}
