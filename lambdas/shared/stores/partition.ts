import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { BatchGetOptions } from './batch-get';

/** All items of a partition, page by page; strongly consistent. */
export async function* pagesOfPartition(
  { client, tableName: TableName }: Pick<BatchGetOptions, 'client' | 'tableName'>,
  pk: string,
): AsyncGenerator<Record<string, unknown>[]> {
  const KeyConditionExpression = 'pk = :pk';
  const question = {
    TableName,
    KeyConditionExpression,
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client }, question)) yield Items;
}
