import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { BatchGetOptions, ItemKey } from './batch-get';

export type Reading = BatchGetOptions;
/** Reads an item of one table; strongly consistent. Undefined when there is none. */
export type ReadItem = (key: ItemKey) => Promise<unknown>;

export function readOneByOne({ client, tableName: TableName }: Reading): ReadItem {
  return async (Key) => (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
}
