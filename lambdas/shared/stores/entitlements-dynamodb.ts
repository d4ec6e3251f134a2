import type { IndexOf } from '../contract/tables';
import { historyOf } from '../domain/entitlement-history';
import type { Entitlements } from '../domain/entitlements';
import { batchGet } from './batch-get';
import { updateIf } from './conditional-writes';
import type { Database } from './database';
import { dueShardOf, listDueItems } from './due-index';
import {
  ENTITLEMENTS_SORT_KEY,
  parseEntitlementsItem,
  storedEntitlements,
  toStoredHistory,
  type CheckedEntitlements,
  type EntitlementReader,
  type EntitlementStore,
} from './entitlements';
import { saveChange } from './subscriptions-transaction';

export class DynamoDbEntitlementReader implements EntitlementReader {
  constructor(private readonly database: Database<'subscriptions'>) {}

  async getMany(subscriptionIds: readonly string[]): Promise<Map<string, Entitlements>> {
    const { tables, ...database } = this.database;
    const options = { ...database, tableName: tables.subscriptions };
    const items = await batchGet(subscriptionIds, ENTITLEMENTS_SORT_KEY, options);
    const found = items.map(parseEntitlementsItem).filter((each) => each !== undefined);
    return new Map(found.map((entitlements) => [entitlements.subscriptionId, entitlements]));
  }
}

export class DynamoDbEntitlementStore implements EntitlementStore {
  readonly #database: Database<'subscriptions' | 'notices'>;
  readonly #reader: DynamoDbEntitlementReader;

  constructor(database: Database<'subscriptions' | 'notices'>) {
    this.#database = database;
    this.#reader = new DynamoDbEntitlementReader(database);
  }

  getMany(subscriptionIds: readonly string[]): Promise<Map<string, Entitlements>> {
    return this.#reader.getMany(subscriptionIds);
  }

  async save(checked: CheckedEntitlements): Promise<'saved' | 'conflict'> {
    const update = { TableName: this.#database.tables.subscriptions, ...entitlementsWrite(checked) };
    // Entitlements rarely change, and a single write costs half as much as a transaction.
    if (checked.change !== undefined)
      return saveChange(this.#database, checked.change, { others: [{ Update: update }] });
    return (await updateIf(this.#database, update)).held ? 'saved' : 'conflict';
  }

  async postpone(subscriptionId: string, { nowMs, dueAtMs }: { nowMs: number; dueAtMs: number }): Promise<void> {
    await updateIf(this.#database, {
      TableName: this.#database.tables.subscriptions,
      Key: { pk: subscriptionId, sk: ENTITLEMENTS_SORT_KEY },
      UpdateExpression: 'SET dueShard = :dueShard, dueAt = :dueAt',
      // A due check is postponed; a check planned before `dueAtMs` stays.
      ConditionExpression: 'attribute_not_exists(dueAt) OR dueAt > :dueAt OR dueAt <= :now',
      ExpressionAttributeValues: {
        ':dueShard': dueShardOf(subscriptionId),
        ':dueAt': dueAtMs,
        ':now': nowMs,
      },
    });
  }

  async listDue(nowMs: number): Promise<string[]> {
    const { client, tables } = this.#database;
    const IndexName = 'entitlementsDue' satisfies IndexOf<'subscriptions'>;
    const due = await listDueItems({ client, TableName: tables.subscriptions, IndexName, nowMs });
    return due.map(({ pk }) => pk);
  }
}

/** Refused if another check was saved since the one that this check was compared with. */
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
