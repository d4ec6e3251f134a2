import { decimal } from '../../lambdas/shared/domain/decimal';
import type { UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { aSubscriptionId } from './ids';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const NOON_MS = Date.parse('2026-03-10T12:00:00Z');

let events = 0;

/** One unit of `events`, used and received at 12:00 UTC; a new id each time. */
export function aUsageEvent({
  quantity = '1',
  ...overrides
}: Partial<Omit<UsageEvent, 'quantity'>> & { quantity?: string } = {}): UsageEvent {
  events += 1;
  return {
    subscriptionId: aSubscriptionId(1),
    source: '',
    id: `event-${events}`,
    dimension: 'events',
    quantity: decimal(quantity),
    timeMs: NOON_MS,
    receivedAtMs: overrides.timeMs ?? NOON_MS,
    tags: {},
    ...overrides,
  };
}
