import { usageEventKey, type UsageEvent } from '../../lambdas/shared/domain/usage-event';
import { usageEventItem, type UsageEventStore } from '../../lambdas/shared/stores/usage-events';

/** UsageEvents in a map, first write wins; `items` is what the table's stream would deliver, in order. */
export class InMemoryUsageEvents implements UsageEventStore {
  readonly items = new Map<string, Record<string, unknown>>();

  async put(event: UsageEvent, expiresAtSeconds: number): Promise<'stored' | 'duplicate'> {
    const key = `${event.subscriptionId}#${usageEventKey(event)}`;
    if (this.items.has(key)) return 'duplicate';
    this.items.set(key, usageEventItem(event, expiresAtSeconds));
    return 'stored';
  }
}
