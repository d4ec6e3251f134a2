import { hourSortKey } from '../../lambdas/shared/stores/hourly-usage-items';
import type { HoursQuestion, SubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import type { InMemoryUsageLedger } from './in-memory-usage-ledger';

/** Reads the hours of the ledger in memory, a few at a time. */
export class InMemorySubscriptionUsage implements SubscriptionUsageReader {
  constructor(
    private readonly ledger: InMemoryUsageLedger,
    private readonly pageSize = 3,
  ) {}

  async listHours({ subscriptionId, from, before, limit = this.pageSize }: HoursQuestion) {
    const end = before && hourSortKey({ subscriptionId, ...before });
    const hours = [...this.ledger.hours.values()]
      .map(({ hour }) => ({ ...hour }))
      .filter((hour) => hour.subscriptionId === subscriptionId && hourSortKey(hour) >= (from ?? ''))
      .filter((hour) => end === undefined || hourSortKey(hour) < end)
      .sort((a, b) => (hourSortKey(a) < hourSortKey(b) ? 1 : -1));
    return { hours: hours.slice(0, limit), left: hours.length > limit };
  }

  async listBalances(subscriptionId: string) {
    const balances = [...this.ledger.balances.values()].filter((balance) => balance.subscriptionId === subscriptionId);
    return balances.sort((a, b) => (a.dimension < b.dimension ? -1 : 1)).map((balance) => ({ ...balance }));
  }
}
