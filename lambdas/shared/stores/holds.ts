import * as z from 'zod';
import { DECISION_REASONS, type Decision, type Hold, type HoldScope } from '../domain/hold';
import { writeTogether, type ItemUpdate } from './conditional-writes';
import type { Database } from './database';
import { pagesOfPartition } from './partition';
import { reads, storedInteger } from './stored-values';

/**
 * What the operator holds back: items `holds` of the HourlyUsage table, by scope. A released one stays, without its
 * attributes. Each hold and each release is an item of its own in `holdLog`, written in the same transaction; nothing
 * deletes or changes it.
 */
export interface HoldReader {
  /** The holds in force; strongly consistent. */
  list(): Promise<Hold[]>;
}

/** A hold or a release, as it was decided. */
export interface LoggedDecision extends Decision {
  scope: string;
  done: 'hold' | 'release';
  /** The quantity of an hour that was released. */
  quantity?: string;
}

const [HOLDS, LOG] = ['holds', 'holdLog'] as const;

const decision = {
  by: z.string(),
  atMs: storedInteger,
  reason: z.enum(DECISION_REASONS),
  ticket: z.string().optional(),
};
const holdItem = reads<Hold>()(
  z.object({
    ...decision,
    of: z.enum(['product', 'subscription']),
    id: z.string(),
    dimension: z.string().optional(),
  }),
);
const logItem = reads<LoggedDecision>()(
  z.object({ ...decision, scope: z.string(), done: z.enum(['hold', 'release']), quantity: z.string().optional() }),
);
const inForce = z.looseObject({ by: z.string() });

/** `product#code`, `subscription#id#dimension`: neither a product code nor a subscription id has a `#`. */
export function scopeName({ of, id, dimension }: HoldScope): string {
  return [of, id, ...(dimension === undefined ? [] : [dimension])].join('#');
}

export class DynamoDbHoldReader implements HoldReader {
  constructor(private readonly database: Database<'hourlyUsage'>) {}

  async list(): Promise<Hold[]> {
    const items = await this.#itemsOf(HOLDS);
    return items.filter((item) => inForce.safeParse(item).success).map((item) => holdItem.parse(item));
  }

  /** Every hold and every release, the newest first. */
  async log(): Promise<LoggedDecision[]> {
    return (await this.#itemsOf(LOG)).map((item) => logItem.parse(item)).reverse();
  }

  async #itemsOf(pk: string): Promise<unknown[]> {
    const { client, tables } = this.database;
    const items: unknown[] = [];
    for await (const page of pagesOfPartition({ client, tableName: tables.hourlyUsage }, pk)) items.push(...page);
    return items;
  }
}

export class DynamoDbHoldStore extends DynamoDbHoldReader {
  readonly #database: Database<'hourlyUsage'>;

  constructor(database: Database<'hourlyUsage'>) {
    super(database);
    this.#database = database;
  }

  /** @returns false when the scope is on hold already. */
  async hold({ by, atMs, reason, ticket, ...scope }: Hold): Promise<boolean> {
    const fields = { of: scope.of, id: scope.id, dimension: scope.dimension, by, atMs, reason, ticket };
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    return this.#write(
      { scope, done: 'hold', by, atMs, reason, ticket },
      {
        UpdateExpression: `SET ${given.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: 'attribute_not_exists(#by)',
        ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
      },
    );
  }

  /** @returns false when the scope is not on hold. */
  async release(scope: HoldScope, decided: Decision): Promise<boolean> {
    return this.#write(
      { scope, done: 'release', ...decided },
      {
        UpdateExpression: 'REMOVE #by, atMs, reason, ticket',
        ConditionExpression: 'attribute_exists(#by)',
        ExpressionAttributeNames: { '#by': 'by' },
      },
    );
  }

  async #write(
    { scope, ...logged }: Decision & { scope: HoldScope; done: LoggedDecision['done'] },
    update: Omit<ItemUpdate, 'Key'>,
  ): Promise<boolean> {
    const { hourlyUsage: TableName } = this.#database.tables;
    const Key = { pk: HOLDS, sk: scopeName(scope) };
    const Put = logPut(TableName, { ...logged, scope: scopeName(scope) });
    const result = await writeTogether(this.#database, [{ Update: { TableName, Key, ...update } }, { Put }]);
    if (result.outcome === 'conflict') throw result.error;
    return result.outcome === 'written';
  }
}

/** The item that remembers a decision. */
export function logPut(TableName: string, logged: LoggedDecision) {
  // Only sort keys of hours start with a digit.
  const sk = `at#${new Date(logged.atMs).toISOString()}#${logged.done}#${logged.scope}`;
  return { TableName, Item: { pk: LOG, sk, ...logged } };
}
