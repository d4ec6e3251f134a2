import { setTimeout as sleep } from 'node:timers/promises';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import { DynamoDbEndingStore } from '../../lambdas/shared/stores/endings';
import { DynamoDbEntitlementReader } from '../../lambdas/shared/stores/entitlements-dynamodb';
import { DynamoDbHourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbSubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-reader';
import { DynamoDbUsageTallyReader } from '../../lambdas/shared/stores/usage-tallies';
import type { Installation } from '../installation/installation';

type Stored = Pick<Installation, 'dynamoDb' | 'tables'>;

/** The deployed tables, as the functions' own stores take them. */
export function databaseOf({ dynamoDb: client, tables }: Stored) {
  return { client, tables, sleep: async (ms: number) => sleep(ms) };
}

/** The functions' own stores on the ledger, and what folding an hour needs. */
export function ledgerStores(stored: Stored) {
  const database = databaseOf(stored);
  return {
    hourlyUsage: new DynamoDbHourlyUsageReader(database),
    usageTallies: new DynamoDbUsageTallyReader(database),
    usage: new DynamoDbSubscriptionUsageReader(database),
    endings: new DynamoDbEndingStore(database),
    subscriptions: new DynamoDbSubscriptionReader(database),
    entitlements: new DynamoDbEntitlementReader(database),
    sleep: database.sleep,
  };
}

/** Hours from `firstHour` up to, but not including, `endHour`; all when they are left out; newest first. */
export async function* hoursBetween(
  stored: Stored,
  { subscriptionId, firstHour, endHour }: { subscriptionId: string; firstHour?: Hour; endHour?: Hour },
): AsyncGenerator<HourlyUsage> {
  const { usage } = ledgerStores(stored);
  let before = endHour && { hour: endHour, dimension: '' };
  for (let more = true; more;) {
    const { hours, hasMore } = await usage.listHours({ subscriptionId, from: firstHour, before });
    yield* hours;
    const last = hours.at(-1);
    more = hasMore && last !== undefined;
    before = last && { hour: last.hour, dimension: last.dimension };
  }
}
