import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { IndexOf } from '../contract/tables';
import { updateIf } from './conditional-writes';
import type { Database } from './database';
import { ENDING_SHARD, listDueItems } from './due-index';
import { storedInteger } from './stored-values';

/**
 * Subscriptions whose last hours are being billed: items `ending` of the HourlyUsage table, in a separate shard of the
 * index `due`. The item is written before any other work on the end, so that a crash cannot lose it.
 */
export interface EndingStore {
  /**
   * Stores the ending; idempotent.
   *
   * @param begunAt - the newest beginning, ISO 8601 UTC. An ending after a newer one is another ending, even if no pass has
   * removed the earlier one: intake was open in between.
   * @returns when it was first stored, ms since the epoch.
   */
  open(subscriptionId: string, nowMs: number, begunAt?: string): Promise<number>;
  /** Subscriptions whose next pass is due. */
  listDue(nowMs: number): Promise<string[]>;
  postpone(subscriptionId: string, dueAtMs: number): Promise<void>;
  /** Removes a completed ending. A later end of the same subscription starts again. */
  remove(subscriptionId: string): Promise<void>;
}

export const ENDING_SORT_KEY = 'ending';

/** `begunAt` is absent from an item of an earlier version. */
const opened = z.object({ openedAt: storedInteger, begunAt: z.string().default('') });

export class DynamoDbEndingStore implements EndingStore {
  constructor(private readonly database: Database<'hourlyUsage'>) {}

  async open(subscriptionId: string, nowMs: number, begunAt = ''): Promise<number> {
    const item = await this.#update(subscriptionId, {
      UpdateExpression:
        'SET openedAt = if_not_exists(openedAt, :now), begunAt = if_not_exists(begunAt, :begun), ' +
        'dueShard = :shard, dueAt = if_not_exists(dueAt, :now)',
      ExpressionAttributeValues: { ':now': nowMs, ':begun': begunAt, ':shard': ENDING_SHARD },
      ReturnValues: 'ALL_NEW',
    });
    const known = opened.parse(item);
    if (known.begunAt >= begunAt) return known.openedAt;
    await this.#update(subscriptionId, {
      UpdateExpression: 'SET openedAt = :now, begunAt = :begun, dueShard = :shard, dueAt = :now',
      ExpressionAttributeValues: { ':now': nowMs, ':begun': begunAt, ':shard': ENDING_SHARD },
    });
    return nowMs;
  }

  async listDue(nowMs: number): Promise<string[]> {
    const { client, tables } = this.database;
    const IndexName = 'due' satisfies IndexOf<'hourlyUsage'>;
    const due = await listDueItems({ client, TableName: tables.hourlyUsage, IndexName, shards: [ENDING_SHARD], nowMs });
    return due.map(({ pk }) => pk);
  }

  async postpone(subscriptionId: string, dueAtMs: number): Promise<void> {
    await this.#update(subscriptionId, {
      UpdateExpression: 'SET dueAt = :dueAt',
      ConditionExpression: 'attribute_exists(openedAt)',
      ExpressionAttributeValues: { ':dueAt': dueAtMs },
    });
  }

  async remove(subscriptionId: string): Promise<void> {
    await this.#update(subscriptionId, {
      UpdateExpression: 'REMOVE openedAt, begunAt, dueShard, dueAt',
      ConditionExpression: 'attribute_exists(openedAt)',
    });
  }

  /** Does nothing if the item was removed before. */
  async #update(subscriptionId: string, update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<unknown> {
    const Key = { pk: subscriptionId, sk: ENDING_SORT_KEY };
    const result = await updateIf(this.database, { TableName: this.database.tables.hourlyUsage, Key, ...update });
    return result.held ? result.attributes : undefined;
  }
}
