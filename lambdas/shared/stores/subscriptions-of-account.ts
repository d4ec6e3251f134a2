import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { TABLES } from '../contract/tables';
import type { Subscription } from '../domain/subscription';
import { storedSubscription, subscriptionKey } from './subscriptions';

/** The subscriptions of an AWS account, through the index `byAccount`: what was stored a moment ago may be missing. */
export interface AccountSubscriptionReader {
  /** A page in the order of their ids. `left` says that there are more: go on `after` the last of these. */
  listOfAccount(question: AccountQuestion): Promise<{ subscriptions: Subscription[]; left: boolean }>;
}

export interface AccountQuestion {
  customerAWSAccountId: string;
  after?: string;
  limit: number;
}

export class DynamoDbAccountSubscriptionReader implements AccountSubscriptionReader {
  constructor(private readonly options: { client: DynamoDBDocumentClient; tableName: string }) {}

  async listOfAccount({ customerAWSAccountId, after, limit }: AccountQuestion) {
    const { client, tableName } = this.options;
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: TABLES.subscriptions.index.name,
        KeyConditionExpression: 'customerAWSAccountId = :account',
        ExpressionAttributeValues: { ':account': customerAWSAccountId },
        ...(after !== undefined && { ExclusiveStartKey: { customerAWSAccountId, ...subscriptionKey(after) } }),
        Limit: limit,
      }),
    );
    return {
      subscriptions: Items.map((item) => storedSubscription.parse(item)),
      left: LastEvaluatedKey !== undefined,
    };
  }
}
