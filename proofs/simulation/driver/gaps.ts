import type { Buyers } from './buyers';
import { HOUR_MS } from './time';

interface Span {
  fromMs: number;
  untilMs: number;
}

/**
 * The times between two purchases of one subscription, by AWS's own agreements. Only customers of the older product come
 * back to the subscription they had.
 */
export function gapsOf(buyers: Pick<Buyers, 'withSubscription'>, subscriptionId: string): Span[] {
  const lives = buyers
    .withSubscription(subscriptionId)
    .filter(({ mode }) => mode === 'legacy')
    .map(({ activatedAtMs = Infinity, endedAtMs = Infinity }) => ({ activatedAtMs, endedAtMs }))
    .sort((a, b) => a.activatedAtMs - b.activatedAtMs);
  return lives.slice(1).flatMap(({ activatedAtMs }, index) => {
    const fromMs = Math.max(...lives.slice(0, index + 1).map(({ endedAtMs }) => endedAtMs));
    return fromMs < activatedAtMs && activatedAtMs < Infinity ? [{ fromMs, untilMs: activatedAtMs }] : [];
  });
}

/** The start of each whole hour within a gap: nobody was subscribed for any part of it. */
export function hoursWithin({ fromMs, untilMs }: Span): number[] {
  const firstMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
  const count = Math.max(0, Math.floor((untilMs - firstMs) / HOUR_MS));
  return Array.from({ length: count }, (_, n) => firstMs + n * HOUR_MS);
}

/** Whether the hour that starts then lies wholly in a gap. */
export function isInGap(buyers: Pick<Buyers, 'withSubscription'>, subscriptionId: string, hourMs: number): boolean {
  return gapsOf(buyers, subscriptionId).some(({ fromMs, untilMs }) => fromMs <= hourMs && hourMs + HOUR_MS <= untilMs);
}
