import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { IndexOf } from '../contract/tables';
import type { Subscription } from '../domain/subscription';
import type { Database } from './database';
import { storedSubscription, subscriptionKey } from './subscriptions';

const PAGE = 100;

/** Lists the subscriptions of an AWS account. The index `byAccount` may lag behind the table. */
export interface AccountSubscriptionReader {
  /** A page in order of their ids. If `hasMore`, ask again with the last id as `after`. */
  listOfAccount(question: AccountQuestion): Promise<{ subscriptions: Subscription[]; hasMore: boolean }>;
}

export interface AccountQuestion {
  customerAWSAccountId: string;
  after?: string;
  limit: number;
}

export class DynamoDbAccountSubscriptionReader implements AccountSubscriptionReader {
  constructor(private readonly database: Database<'subscriptions'>) {}

  /** Every subscription, of all pages. */
  async allOfAccount(customerAWSAccountId: string): Promise<Subscription[]> {
    const all: Subscription[] = [];
    for (let hasMore = true; hasMore;) {
      const after = all.at(-1)?.subscriptionId;
      const page = await this.listOfAccount({ customerAWSAccountId, after, limit: PAGE });
      all.push(...page.subscriptions);
      hasMore = page.hasMore;
    }
    return all;
  }

  async listOfAccount({ customerAWSAccountId, after, limit }: AccountQuestion) {
    const { client, tables } = this.database;
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tables.subscriptions,
        IndexName: 'byAccount' satisfies IndexOf<'subscriptions'>,
        KeyConditionExpression: 'customerAWSAccountId = :account',
        ExpressionAttributeValues: { ':account': customerAWSAccountId },
        ...(after !== undefined && { ExclusiveStartKey: { customerAWSAccountId, ...subscriptionKey(after) } }),
        Limit: limit,
      }),
    );
    return {
      subscriptions: Items.map((item) => storedSubscription.parse(item)),
      hasMore: LastEvaluatedKey !== undefined,
    };
  }
}
