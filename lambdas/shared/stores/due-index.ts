import { hash } from 'node:crypto';
import { paginateQuery, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { storedInteger } from './stored-values';

/**
 * The partition of the endings in the index `due`. Every version has this number, and hours never have it: a version that
 * finds an ending among its hours, or the other way round, would bill neither.
 */
export const ENDING_SHARD = 4;

/** The partitions of each index over due items (`dueShard`, `dueAt`) that this version writes. */
const WRITTEN_SHARDS = 4;

/**
 * The partitions that this version reads: those that a later one may write too. Versions that run at the same time, and the
 * one before after a rollback, see everything only if each partition is read one release before it is written.
 */
export const READ_SHARDS: readonly number[] = Array.from({ length: 9 }, (_, shard) => shard).filter(
  (shard) => shard !== ENDING_SHARD,
);

/** The index partition of a subscription's due items. */
export function dueShardOf(subscriptionId: string): number {
  return hash('sha256', subscriptionId, 'buffer').readUInt32BE(0) % WRITTEN_SHARDS;
}

const dueItem = z.object({ pk: z.string(), sk: z.string(), dueAt: storedInteger });
export type DueItem = z.infer<typeof dueItem>;

export interface DueQuestion {
  client: DynamoDBDocumentClient;
  TableName: string;
  IndexName: string;
  /** Default: all that hours or entitlements may be in. */
  shards?: readonly number[];
  nowMs: number;
}

/** The keys of items due at `nowMs`, the longest due first. The index may lag behind its table. */
export async function listDueItems({ shards = READ_SHARDS, ...question }: DueQuestion): Promise<DueItem[]> {
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
