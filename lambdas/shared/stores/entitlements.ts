import * as z from 'zod';
import type { IndexOf } from '../contract/tables';
import { decimalText } from '../domain/decimal';
import { historyOf } from '../domain/entitlement-history';
import { type CheckedAmounts, type Entitlement, type Entitlements, inOrder, shownValue } from '../domain/entitlements';
import type { SubscriptionChange } from '../domain/subscription-change';
import { batchGet } from './batch-get';
import { updateIf } from './conditional-writes';
import type { Database } from './database';
import { dueShardOf, listDueItems } from './due-index';
import { decimalFromText } from './stored-values';
import { saveChange } from './subscriptions-transaction';

/**
 * Entitlements, in the Subscriptions table with the subscription's id as their partition key.
 *
 *   pk = subscriptionId
 *   sk = `entitlements`
 *   index `entitlementsDue`: dueShard, dueAt (ms)   sparse: only items that need a check
 *
 * An item without `checkedAt` has only a time for the next check, because AWS has never answered. `history` has the
 * amounts of this check and of earlier ones. Numbers are stored as text.
 */
const ENTITLEMENTS_SORT_KEY = 'entitlements';

export interface EntitlementReader {
  /** By subscription, only those that AWS has answered for; strongly consistent. */
  getMany(subscriptionIds: readonly string[]): Promise<Map<string, Entitlements>>;
}

export interface CheckedEntitlements {
  checked: Entitlements;
  /** `checkedAt` of the previous check; undefined: there was none. */
  comparedWith: string | undefined;
  /** When to check again; undefined: never. */
  nextCheckAtMs: number | undefined;
  /** If the entitlements changed: the subscription's next version, with the notice. */
  change?: SubscriptionChange;
}

export interface EntitlementStore extends EntitlementReader {
  /** Saves atomically. `conflict`: another check was saved or the subscription changed in the meantime. */
  save(checked: CheckedEntitlements): Promise<'saved' | 'conflict'>;
  /** Postpones a failed check to `dueAtMs`, unless an earlier one is planned. */
  postpone(subscriptionId: string, times: { nowMs: number; dueAtMs: number }): Promise<void>;
  /** The subscriptions whose check is due, the longest due first. The index may lag behind the table. */
  listDue(nowMs: number): Promise<string[]>;
}

const storedEntitlement = z
  .object({
    dimension: z.string(),
    kind: z.enum(['integer', 'double', 'boolean', 'string']),
    value: z.union([z.string(), z.boolean()]),
    expiresAt: z.string().optional(),
  })
  .transform(({ dimension, kind, value, expiresAt }): Entitlement => {
    const rest = expiresAt === undefined ? {} : { expiresAt };
    switch (kind) {
      case 'boolean':
        return { dimension, value: { kind, granted: z.boolean().parse(value) }, ...rest };
      case 'string':
        return { dimension, value: { kind, text: z.string().parse(value) }, ...rest };
      default:
        return { dimension, value: { kind, amount: decimalFromText.parse(value) }, ...rest };
    }
  });

const storedHistory = z
  .array(
    z.object({
      since: z.string(),
      until: z.string(),
      amounts: z.array(z.tuple([z.string(), decimalFromText])),
      notNumeric: z.array(z.string()).optional(),
    }),
  )
  .transform((history) =>
    history.map(({ amounts, ...times }): CheckedAmounts => ({ ...times, amounts: new Map(amounts) })),
  );

const item = z.object({
  pk: z.string(),
  checkedAt: z.string().optional(),
  entitlements: z.array(storedEntitlement).default([]),
  history: storedHistory.optional(),
});

/** Reads an item; undefined when AWS has not answered yet. */
function parseEntitlementsItem(document: unknown): Entitlements | undefined {
  const { pk: subscriptionId, checkedAt, entitlements, history } = item.parse(document);
  return checkedAt === undefined ? undefined : { subscriptionId, checkedAt, entitlements, ...(history && { history }) };
}

function toStoredHistory(history: readonly CheckedAmounts[]) {
  return history.map(({ since, until, amounts, notNumeric }) => ({
    since,
    until,
    amounts: [...amounts].map(([dimension, amount]) => [dimension, decimalText(amount)]),
    notNumeric,
  }));
}

function storedEntitlements(entitlements: readonly Entitlement[]) {
  return inOrder(entitlements).map(({ dimension, value, expiresAt }) => ({
    dimension,
    kind: value.kind,
    value: shownValue(value),
    expiresAt,
  }));
}

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

export class DynamoDbEntitlementStore extends DynamoDbEntitlementReader implements EntitlementStore {
  readonly #database: Database<'subscriptions' | 'notices'>;

  constructor(database: Database<'subscriptions' | 'notices'>) {
    super(database);
    this.#database = database;
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
    return due.filter(({ sk }) => sk === ENTITLEMENTS_SORT_KEY).map(({ pk }) => pk);
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
