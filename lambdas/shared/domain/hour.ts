import { ACCEPTED_FOR_MS, MONTH_END_GRACE_MS } from './marketplace-limits';

declare const hourBrand: unique symbol;

/** A UTC hour by its start, `2026-11-23T05`. Hours compare as text in order of time. */
export type Hour = string & { readonly [hourBrand]: true };

/** One subscription × dimension × UTC hour: the unit AWS deduplicates on. */
export interface HourKey {
  subscriptionId: string;
  dimension: string;
  hour: Hour;
}

export const HOUR_MS = 3_600_000;

const HOUR_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** The hour that contains the instant `epochMs`. */
export function hourOf(epochMs: number): Hour {
  return new Date(epochMs).toISOString().slice(0, 13) as Hour;
}

/** `text` as an hour; undefined when it is not one (`2026-02-30T05`, `2026-11-23`). */
export function parseHour(text: string): Hour | undefined {
  if (!HOUR_PATTERN.test(text)) return undefined;
  const startMs = Date.parse(`${text}:00:00Z`);
  return Number.isNaN(startMs) || hourOf(startMs) !== text ? undefined : (text as Hour);
}

export function hourStartMs(hour: Hour): number {
  return Date.parse(`${hour}:00:00Z`);
}

export function hourEndMs(hour: Hour): number {
  return hourStartMs(hour) + HOUR_MS;
}

export function nextHour(hour: Hour): Hour {
  return hourOf(hourEndMs(hour));
}

export function laterOf(a: Hour, b: Hour): Hour {
  return a > b ? a : b;
}

/**
 * Until when AWS accepts a record with this timestamp: 24 hours, but last month's records only until 06:00 UTC on the
 * 1st.
 *
 * ```
 *  30th 20:00 ──usage──┬── 1st 00:00 ──── 06:00 ✕ ──── 20:00
 *                      └ month end cuts the 24 hours short ┘
 * ```
 */
export function acceptedUntilMs(timestampMs: number): number {
  const timestamp = new Date(timestampMs);
  const monthEndMs = Date.UTC(timestamp.getUTCFullYear(), timestamp.getUTCMonth() + 1, 1);
  return Math.min(timestampMs + ACCEPTED_FOR_MS, monthEndMs + MONTH_END_GRACE_MS);
}
