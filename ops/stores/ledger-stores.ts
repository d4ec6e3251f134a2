import { setTimeout as sleep } from 'node:timers/promises';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import { DynamoDbEndingStore } from '../../lambdas/shared/stores/endings';
import { DynamoDbEntitlementReader } from '../../lambdas/shared/stores/entitlements';
import { DynamoDbHourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbSubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageTallyReader } from '../../lambdas/shared/stores/usage-tallies';
import type { InstalledTables } from '../installation/installation';

/** The deployed tables in the form that the functions' stores expect. */
export function databaseOf({ dynamoDb: client, tables }: InstalledTables) {
  return { client, tables, sleep: async (ms: number) => sleep(ms) };
}

/** The functions' stores of the ledger, including what folding an hour needs. */
export function ledgerStores(installed: InstalledTables) {
  const database = databaseOf(installed);
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

/** Hours from `firstHour` (inclusive) to `endHour` (exclusive), newest first. A missing limit does not limit. */
export async function* hoursBetween(
  installed: InstalledTables,
  { subscriptionId, firstHour, endHour }: { subscriptionId: string; firstHour?: Hour; endHour?: Hour },
): AsyncGenerator<HourlyUsage> {
  const { usage } = ledgerStores(installed);
  let before = endHour && { hour: endHour, dimension: '' };
  for (let more = true; more;) {
    const { hours, hasMore } = await usage.listHours({ subscriptionId, from: firstHour, before });
    yield* hours;
    const last = hours.at(-1);
    more = hasMore && last !== undefined;
    before = last && { hour: last.hour, dimension: last.dimension };
  }
}
