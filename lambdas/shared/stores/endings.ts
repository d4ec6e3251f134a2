import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  paginateQuery,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { TABLES } from '../contract/tables';
import { DUE_SHARDS } from './due-shards';
import { storedInteger } from './stored-values';

/**
 * Subscriptions whose last hours are being billed: items `ending` of the HourlyUsage table, in a shard of their own of
 * the index of what is due. Written before anything else is done about the end, so that no crash forgets it.
 */
export interface EndingStore {
  /** Notes that it ends; again changes nothing. @returns when it was first noted, ms since the epoch. */
  open(subscriptionId: string, nowMs: number): Promise<number>;
  /** Subscriptions whose next pass is due. */
  listDue(nowMs: number): Promise<string[]>;
  postpone(subscriptionId: string, dueAtMs: number): Promise<void>;
  /** Nothing is left to do. A later end of the same subscription begins anew. */
  close(subscriptionId: string): Promise<void>;
}

export const ENDING_SORT_KEY = 'ending';
const ENDING_SHARD = DUE_SHARDS;

const opened = z.object({ openedAt: storedInteger });
const listed = z.object({ pk: z.string() });

export class DynamoDbEndingStore implements EndingStore {
  constructor(private readonly options: { client: DynamoDBDocumentClient; tableName: string }) {}

  async open(subscriptionId: string, nowMs: number): Promise<number> {
    const item = await this.#update(subscriptionId, {
      UpdateExpression:
        'SET openedAt = if_not_exists(openedAt, :now), dueShard = :shard, dueAt = if_not_exists(dueAt, :now)',
      ExpressionAttributeValues: { ':now': nowMs, ':shard': ENDING_SHARD },
      ReturnValues: 'ALL_NEW',
    });
    return opened.parse(item).openedAt;
  }

  async listDue(nowMs: number): Promise<string[]> {
    const pages = paginateQuery(
      { client: this.options.client },
      {
        TableName: this.options.tableName,
        IndexName: TABLES.hourlyUsage.index.name,
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': ENDING_SHARD, ':now': nowMs },
      },
    );
    const due: string[] = [];
    for await (const { Items = [] } of pages) due.push(...Items.map((item) => listed.parse(item).pk));
    return due;
  }

  async postpone(subscriptionId: string, dueAtMs: number): Promise<void> {
    await this.#update(subscriptionId, {
      UpdateExpression: 'SET dueAt = :dueAt',
      ConditionExpression: 'attribute_exists(openedAt)',
      ExpressionAttributeValues: { ':dueAt': dueAtMs },
    });
  }

  async close(subscriptionId: string): Promise<void> {
    await this.#update(subscriptionId, {
      UpdateExpression: 'REMOVE openedAt, dueShard, dueAt',
      ConditionExpression: 'attribute_exists(openedAt)',
    });
  }

  async #update(subscriptionId: string, update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<unknown> {
    const { client, tableName } = this.options;
    const Key = { pk: subscriptionId, sk: ENDING_SORT_KEY };
    try {
      const { Attributes } = await client.send(new UpdateCommand({ TableName: tableName, Key, ...update }));
      return Attributes;
    } catch (error) {
      // Closed already.
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}
