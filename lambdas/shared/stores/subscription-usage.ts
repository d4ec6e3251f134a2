import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Hour, HourKey } from '../domain/hour';
import type { Balance } from '../domain/balance';
import type { HourlyUsage } from '../domain/hourly-usage';
import type { Database } from './database';
import { balanceSortKey, hourSortKey, parseBalanceItem, parseHourItem } from './hourly-usage-items';
import { itemsOfPartition } from './partition';

/** Reads one subscription's items of the HourlyUsage table. */
export interface SubscriptionUsageReader {
  /**
   * A page of the hours since `from` (default: all), the newest first; strongly consistent. If `hasMore`, ask again
   * with the last of them as `before`.
   */
  listHours(question: HoursQuestion): Promise<{ hours: HourlyUsage[]; hasMore: boolean }>;
  /** The Balances of a subscription, at most one a dimension; strongly consistent. */
  listBalances(subscriptionId: string): Promise<Balance[]>;
}

export interface HoursQuestion {
  subscriptionId: string;
  from?: Hour;
  before?: Pick<HourKey, 'hour' | 'dimension'>;
  limit?: number;
}

/** Sort keys of hours start with a digit; those of Balances and set-aside events do not. */
const FIRST_HOUR = '0';
const AFTER_ALL_HOURS = ':';

export class DynamoDbSubscriptionUsageReader implements SubscriptionUsageReader {
  constructor(private readonly database: Database<'hourlyUsage'>) {}

  async listHours({ subscriptionId, from = FIRST_HOUR as Hour, before, limit }: HoursQuestion) {
    const { client, tables } = this.database;
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tables.hourlyUsage,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': subscriptionId, ':from': from, ':to': AFTER_ALL_HOURS },
        ...(before && { ExclusiveStartKey: { pk: subscriptionId, sk: hourSortKey({ subscriptionId, ...before }) } }),
        Limit: limit,
        ScanIndexForward: false,
        ConsistentRead: true,
      }),
    );
    return { hours: Items.map(parseHourItem), hasMore: LastEvaluatedKey !== undefined };
  }

  async listBalances(subscriptionId: string): Promise<Balance[]> {
    const { client, tables } = this.database;
    const prefix = balanceSortKey('');
    const ledger = { client, tableName: tables.hourlyUsage };
    const balances: Balance[] = [];
    for await (const item of itemsOfPartition(ledger, subscriptionId, { prefix })) {
      const dimension = String(item.sk).slice(prefix.length);
      balances.push({ subscriptionId, dimension, ...parseBalanceItem(item) });
    }
    return balances;
  }
}
