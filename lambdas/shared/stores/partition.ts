import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { BatchGetOptions } from './batch-get';

/** Which items of a partition: those whose sort keys begin with `prefix`, or are `since` and later. */
type SortKeys = { prefix: string } | { since: string };

/** The items of a partition, all by default, in order of their sort keys and page by page; strongly consistent. */
export async function* pagesOfPartition(
  { client, tableName: TableName }: Pick<BatchGetOptions, 'client' | 'tableName'>,
  pk: string,
  sortKeys?: SortKeys,
): AsyncGenerator<Record<string, unknown>[]> {
  const question = {
    TableName,
    KeyConditionExpression: `pk = :pk${conditionOf(sortKeys)}`,
    ExpressionAttributeValues: { ':pk': pk, ...valuesOf(sortKeys) },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client }, question)) yield Items;
}

/** The same, item by item. */
export async function* itemsOfPartition(
  ...question: Parameters<typeof pagesOfPartition>
): AsyncGenerator<Record<string, unknown>> {
  for await (const items of pagesOfPartition(...question)) yield* items;
}

function conditionOf(sortKeys: SortKeys | undefined): string {
  if (sortKeys === undefined) return '';
  return 'prefix' in sortKeys ? ' AND begins_with(sk, :prefix)' : ' AND sk >= :since';
}

/** Each value by the name that the condition gives it. */
function valuesOf(sortKeys: SortKeys | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries<string>(sortKeys ?? {}).map(([name, value]) => [`:${name}`, value]));
}
