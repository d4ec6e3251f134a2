import { hash } from 'node:crypto';
import { paginateQuery, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { storedInteger } from './stored-values';

/** The number of partitions of each index over due items (`dueShard`, `dueAt`). */
export const DUE_SHARDS = 4;
const SHARDS: readonly number[] = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);

/** The index partition of a subscription's due items. */
export function dueShardOf(subscriptionId: string): number {
  return hash('sha256', subscriptionId, 'buffer').readUInt32BE(0) % DUE_SHARDS;
}

const dueItem = z.object({ pk: z.string(), sk: z.string(), dueAt: storedInteger });
export type DueItem = z.infer<typeof dueItem>;

export interface DueQuestion {
  client: DynamoDBDocumentClient;
  TableName: string;
  IndexName: string;
  /** Default: the shards of `dueShardOf`. */
  shards?: readonly number[];
  nowMs: number;
}

/** The keys of items due at `nowMs`, the longest due first. The index may lag behind its table. */
export async function listDueItems({ shards = SHARDS, ...question }: DueQuestion): Promise<DueItem[]> {
  const found = await Promise.all(shards.map((shard) => listDueOfShard(shard, question)));
  return found.flat().sort((a, b) => a.dueAt - b.dueAt);
}

async function listDueOfShard(
  shard: number,
  { client, TableName, IndexName, nowMs }: Omit<DueQuestion, 'shards'>,
): Promise<DueItem[]> {
  const pages = paginateQuery(
    { client },
    {
      TableName,
      IndexName,
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
      ExpressionAttributeValues: { ':shard': shard, ':now': nowMs },
    },
  );
  const due: DueItem[] = [];
  for await (const { Items = [] } of pages) due.push(...Items.map((item) => dueItem.parse(item)));
  return due;
}
