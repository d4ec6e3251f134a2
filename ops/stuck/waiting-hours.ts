import type { HourKey } from '../../lambdas/shared/domain/hour';
import type { InstalledTables } from '../installation/installation';
import { ledgerStores } from '../stores/ledger-stores';

export interface WaitingHours {
  dimension: string;
  hours: number;
  subscriptions: number;
  oldest: HourKey;
}

/** No hour is due later than that: a day of sending and an hour of pause. */
const FAR_MS = 7 * 86_400_000;

/** Hours that are not finished, by dimension: from the index's keys, which know no units. */
export async function waitingHours(
  installation: InstalledTables & { clock: { now(): number } },
): Promise<WaitingHours[]> {
  const due = await ledgerStores(installation).hourlyUsage.listDue(installation.clock.now() + FAR_MS);
  return [...Map.groupBy(due, ({ dimension }) => dimension)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([dimension, its]) => {
      const [oldest] = its.toSorted((a, b) => (a.hour < b.hour ? -1 : 1));
      const subscriptions = new Set(its.map(({ subscriptionId }) => subscriptionId)).size;
      return oldest === undefined ? [] : [{ dimension, hours: its.length, subscriptions, oldest }];
    });
}
