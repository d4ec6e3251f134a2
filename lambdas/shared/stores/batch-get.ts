import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { RetryLaterError } from '../domain/retry-later-error';

/** DynamoDB's limits for the keys of a BatchGetItem and for the bytes of a partition key. */
export const BATCH_GET_MAX = 100;
const PARTITION_KEY_MAX_BYTES = 2048;
const UNPROCESSED_ATTEMPTS = 8;
const UNPROCESSED_BACKOFF_MS = 25;

export type ItemKey = Record<string, string>;

export interface BatchGetOptions {
  client: DynamoDBDocumentClient;
  tableName: string;
  sleep(ms: number): Promise<void>;
  /** Half the price: an item may be as it was a moment ago, or missing. Absent: strongly consistent. */
  eventually?: boolean;
}

/** Existing items by partition key, with one sort key for all if the table has one. */
export async function batchGet(
  partitionKeys: readonly string[],
  sortKey: string | undefined,
  options: BatchGetOptions,
): Promise<unknown[]> {
  const keys = [...new Set(partitionKeys)]
    .filter(isPossibleKey)
    .map((pk): ItemKey => (sortKey === undefined ? { pk } : { pk, sk: sortKey }));
  const items: unknown[] = [];
  for (let start = 0; start < keys.length; start += BATCH_GET_MAX) {
    items.push(...(await getBatch(keys.slice(start, start + BATCH_GET_MAX), options)));
  }
  return items;
}

/**
 * The existing items of at most `BATCH_GET_MAX` distinct keys. Reads unprocessed keys again, because DynamoDB has not
 * looked them up.
 */
export async function getBatch(
  keys: readonly ItemKey[],
  { client, tableName, sleep, eventually = false }: BatchGetOptions,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let remaining: Record<string, unknown>[] | undefined = [...keys];
  for (let attempt = 0; attempt < UNPROCESSED_ATTEMPTS; attempt += 1) {
    const wanted = { Keys: remaining, ConsistentRead: !eventually };
    const request: BatchGetCommandInput = { RequestItems: { [tableName]: wanted } };
    const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand(request));
    items.push(...(answer.Responses?.[tableName] ?? []));
    remaining = answer.UnprocessedKeys?.[tableName]?.Keys;
    if (remaining === undefined || remaining.length === 0) return items;
    await sleep(UNPROCESSED_BACKOFF_MS * 2 ** attempt);
  }
  throw new RetryLaterError(`DynamoDB left keys unprocessed in ${UNPROCESSED_ATTEMPTS} attempts: try again.`);
}

/** An id that cannot be a key has no item, and DynamoDB would refuse the whole batch because of it. */
function isPossibleKey(partitionKey: string): boolean {
  const bytes = Buffer.byteLength(partitionKey);
  return bytes > 0 && bytes <= PARTITION_KEY_MAX_BYTES;
}
