import { setTimeout as sleep } from 'node:timers/promises';
import type { SellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import { DynamoDbEndingStore } from '../../lambdas/shared/stores/endings';
import { DynamoDbEntitlementReader } from '../../lambdas/shared/stores/entitlements-dynamodb';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbSetAsideEventStore } from '../../lambdas/shared/stores/set-aside-events';
import { DynamoDbSubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-reader';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import type { Installation } from '../installation/installation';

type Stored = Pick<Installation, 'dynamoDb' | 'tables'>;

/** Enough for reading tallies; whoever writes one gives the configured retention. */
const READING_ONLY = { eventRetentionDays: 0 };

/** The functions' own stores on the ledger, and what folding an hour needs. */
export function ledgerStores(
  { dynamoDb: client, tables }: Stored,
  usage: Pick<SellerConfiguration['usage'], 'eventRetentionDays'> = READING_ONLY,
) {
  const tableName = tables.hourlyUsage;
  return {
    hourlyUsage: new DynamoDbHourlyUsageStore({ client, tableName }),
    usageTallies: new DynamoDbUsageTallyStore({
      ...{ client, usageTalliesTableName: tables.usageTallies, hourlyUsageTableName: tableName },
      eventRetentionDays: usage.eventRetentionDays,
    }),
    usage: new DynamoDbSubscriptionUsageReader({ client, tableName }),
    setAsideEvents: new DynamoDbSetAsideEventStore({ client, tableName, noticesTableName: tables.notices }),
    endings: new DynamoDbEndingStore({ client, tableName }),
    subscriptions: new DynamoDbSubscriptionReader(client, tables.subscriptions),
    entitlements: new DynamoDbEntitlementReader({ client, tableName: tables.subscriptions }),
    sleep: async (ms: number) => sleep(ms),
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
    const { hours, left } = await usage.listHours({ subscriptionId, from: firstHour, before });
    yield* hours;
    const last = hours.at(-1);
    more = left && last !== undefined;
    before = last && { hour: last.hour, dimension: last.dimension };
  }
}
