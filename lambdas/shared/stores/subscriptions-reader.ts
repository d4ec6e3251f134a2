import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { Subscription } from '../domain/subscription';
import { storedSubscription, subscriptionKey, type SubscriptionReader } from './subscriptions';

/** DynamoDB takes at most so many keys a BatchGetItem, and so many bytes a partition key. */
const BATCH_GET_MAX = 100;
const PARTITION_KEY_MAX_BYTES = 2048;
const UNPROCESSED_ATTEMPTS = 8;
const UNPROCESSED_BACKOFF_MS = 25;

type Keys = Record<string, unknown>[];

export class DynamoDbSubscriptionReader implements SubscriptionReader {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #pause: (ms: number) => Promise<unknown>;

  constructor(client: DynamoDBDocumentClient, tableName: string, pause: (ms: number) => Promise<unknown> = sleep) {
    this.#client = client;
    this.#tableName = tableName;
    this.#pause = pause;
  }

  async getMany(subscriptionIds: readonly string[]): Promise<Map<string, Subscription>> {
    const keys = [...new Set(subscriptionIds)].filter(isPossibleKey).map(subscriptionKey);
    const found = new Map<string, Subscription>();
    for (let start = 0; start < keys.length; start += BATCH_GET_MAX) {
      for (const item of await this.#batchGet(keys.slice(start, start + BATCH_GET_MAX))) {
        const subscription = storedSubscription.parse(item);
        found.set(subscription.subscriptionId, subscription);
      }
    }
    return found;
  }

  /** What DynamoDB left unprocessed was neither found nor missing: it is asked for again. */
  async #batchGet(keys: Keys): Promise<unknown[]> {
    const items: unknown[] = [];
    let remaining: Keys | undefined = keys;
    for (let attempt = 0; attempt < UNPROCESSED_ATTEMPTS; attempt += 1) {
      const request: BatchGetCommandInput = {
        RequestItems: { [this.#tableName]: { Keys: remaining, ConsistentRead: true } },
      };
      const answer: BatchGetCommandOutput = await this.#client.send(new BatchGetCommand(request));
      items.push(...(answer.Responses?.[this.#tableName] ?? []));
      remaining = answer.UnprocessedKeys?.[this.#tableName]?.Keys;
      if (remaining === undefined || remaining.length === 0) return items;
      await this.#pause(UNPROCESSED_BACKOFF_MS * 2 ** attempt);
    }
    throw new Error(`DynamoDB left keys unprocessed in ${UNPROCESSED_ATTEMPTS} attempts.`);
  }
}

/** An id that is no possible key belongs to nobody; asked for, it would fail the whole batch. */
function isPossibleKey(subscriptionId: string): boolean {
  const bytes = Buffer.byteLength(subscriptionId);
  return bytes > 0 && bytes <= PARTITION_KEY_MAX_BYTES;
}
