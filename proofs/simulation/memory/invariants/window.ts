import { HOUR_MS, hourStartMs } from '../../driver/time';

/** The time until which AWS accepts a record: 24 hours, but last month's only until 06:00 UTC on the 1st. */
export function windowEndMs(timestampMs: number): number {
  const date = new Date(timestampMs);
  return Math.min(timestampMs + 24 * HOUR_MS, Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1, 6));
}

/** The key by which AWS deduplicates, as text. */
export function requestKey(customer: string | undefined, dimension: string | undefined, timestampMs: number): string {
  const hourMs = hourStartMs(timestampMs);
  return `${customer} ${dimension} ${new Date(hourMs).toISOString()}`;
}
