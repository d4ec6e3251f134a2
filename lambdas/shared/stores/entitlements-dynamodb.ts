import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { paginateQuery, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { TABLES } from '../contract/tables';
import { historyOf } from '../domain/entitlement-history';
import type { Entitlements } from '../domain/entitlements';
import { batchGet } from './batch-get';
import { DUE_SHARDS, dueShardOf } from './due-shards';
import {
  ENTITLEMENTS_SORT_KEY,
  parseEntitlementsItem,
  storedEntitlements,
  toStoredHistory,
  type CheckedEntitlements,
  type EntitlementReader,
  type EntitlementStore,
} from './entitlements';
import { storedInteger } from './stored-values';
import { writeTransaction } from './subscriptions-dynamodb';
import { changeParts, type ChangeTables } from './subscriptions-transaction';

export class DynamoDbEntitlementReader implements EntitlementReader {
  constructor(private readonly options: { client: DynamoDBDocumentClient; tableName: string }) {}

  async getMany(subscriptionIds: readonly string[]): Promise<Map<string, Entitlements>> {
    const items = await batchGet(subscriptionIds, ENTITLEMENTS_SORT_KEY, this.options);
    const found = items.map(parseEntitlementsItem).filter((each) => each !== undefined);
    return new Map(found.map((entitlements) => [entitlements.subscriptionId, entitlements]));
  }
}

const dueItem = z.object({ pk: z.string(), dueAt: storedInteger });

export class DynamoDbEntitlementStore implements EntitlementStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tables: ChangeTables;
  readonly #reader: DynamoDbEntitlementReader;

  constructor(client: DynamoDBDocumentClient, tables: ChangeTables) {
    this.#client = client;
    this.#tables = tables;
    this.#reader = new DynamoDbEntitlementReader({ client, tableName: tables.subscriptions });
  }

  getMany(subscriptionIds: readonly string[]): Promise<Map<string, Entitlements>> {
    return this.#reader.getMany(subscriptionIds);
  }

  async save(checked: CheckedEntitlements): Promise<'saved' | 'conflict'> {
    const update = { TableName: this.#tables.subscriptions, ...entitlementsWrite(checked) };
    // Mostly AWS says what it said before, and a single write costs half of a transaction.
    if (checked.change === undefined) return (await this.#updateIf(update)) ? 'saved' : 'conflict';
    return writeTransaction(this.#client, [...changeParts(this.#tables, checked.change), { Update: update }]);
  }

  async postpone(subscriptionId: string, { nowMs, dueAtMs }: { nowMs: number; dueAtMs: number }): Promise<void> {
    await this.#updateIf({
      TableName: this.#tables.subscriptions,
      Key: { pk: subscriptionId, sk: ENTITLEMENTS_SORT_KEY },
      UpdateExpression: 'SET dueShard = :dueShard, dueAt = :dueAt',
      // Past and due is what is being put off; a check in the nearer future stays.
      ConditionExpression: 'attribute_not_exists(dueAt) OR dueAt > :dueAt OR dueAt <= :now',
      ExpressionAttributeValues: {
        ':dueShard': dueShardOf(subscriptionId),
        ':dueAt': dueAtMs,
        ':now': nowMs,
      },
    });
  }

  async listDue(nowMs: number): Promise<string[]> {
    const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => this.#listDueOf(shard, nowMs));
    return (await Promise.all(shards))
      .flat()
      .sort((a, b) => a.dueAt - b.dueAt)
      .map(({ pk }) => pk);
  }

  async #listDueOf(shard: number, nowMs: number): Promise<z.infer<typeof dueItem>[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#tables.subscriptions,
        IndexName: TABLES.subscriptions.dueIndex.name,
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': shard, ':now': nowMs },
      },
    );
    const due: z.infer<typeof dueItem>[] = [];
    for await (const { Items = [] } of pages) due.push(...Items.map((item) => dueItem.parse(item)));
    return due;
  }

  async #updateIf(update: ConstructorParameters<typeof UpdateCommand>[0]): Promise<boolean> {
    try {
      await this.#client.send(new UpdateCommand(update));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

/** On condition that nobody has checked since the check that this one was compared with. */
function entitlementsWrite({ checked, comparedWith, nextCheckAtMs }: CheckedEntitlements) {
  const { subscriptionId, checkedAt, entitlements } = checked;
  const history = toStoredHistory(historyOf(checked));
  const due = nextCheckAtMs === undefined ? ' REMOVE dueShard, dueAt' : ', dueShard = :dueShard, dueAt = :dueAt';
  return {
    Key: { pk: subscriptionId, sk: ENTITLEMENTS_SORT_KEY },
    UpdateExpression: `SET checkedAt = :checkedAt, entitlements = :entitlements, history = :history${due}`,
    ConditionExpression: comparedWith === undefined ? 'attribute_not_exists(checkedAt)' : 'checkedAt = :comparedWith',
    ExpressionAttributeValues: {
      ':checkedAt': checkedAt,
      ':entitlements': storedEntitlements(entitlements),
      ':history': history,
      ...(nextCheckAtMs !== undefined && { ':dueShard': dueShardOf(subscriptionId), ':dueAt': nextCheckAtMs }),
      ...(comparedWith !== undefined && { ':comparedWith': comparedWith }),
    },
  };
}
