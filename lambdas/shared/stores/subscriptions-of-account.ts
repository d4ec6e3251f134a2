import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { IndexOf } from '../contract/tables';
import type { Subscription } from '../domain/subscription';
import type { Database } from './database';
import { storedSubscription, subscriptionKey } from './subscriptions';

/** The subscriptions of an AWS account, through the index `byAccount`: what was stored a moment ago may be missing. */
export interface AccountSubscriptionReader {
  /** A page in the order of their ids. `hasMore`: go on `after` the last of these. */
  listOfAccount(question: AccountQuestion): Promise<{ subscriptions: Subscription[]; hasMore: boolean }>;
}

export interface AccountQuestion {
  customerAWSAccountId: string;
  after?: string;
  limit: number;
}

export class DynamoDbAccountSubscriptionReader implements AccountSubscriptionReader {
  constructor(private readonly database: Database<'subscriptions'>) {}

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
