import { BatchGetCommand, NumberValue, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { hourItemKey } from '../../lambdas/shared/stores/hourly-usage-items';
import { subscriptionKey } from '../../lambdas/shared/stores/subscriptions';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import type { Command } from '../../local/dynamodb/memory-dynamodb';
import type { Item } from '../../local/dynamodb/values/item';
import { aSubscription } from '../stand-ins/a-seller';
import { MemoryTables } from '../stand-ins/memory-tables';
import { BENCH_PRODUCT } from './bench-product';

export const START_MS = Date.parse('2026-03-10T13:10:00Z');
const DUE_MS = START_MS - 1;
const HOUR = hourOf(Date.parse('2026-03-10T12:00:00Z'));
const SHARDS = 4;
/** Rows of the index that fit into the 1 MB of a page. */
const PAGE = 8_000;

type DueQuery = QueryCommand['input'];

/**
 * So many due hours, each of another subscription and with one event. An hour is made when it is first read, and removed when
 * it is billed, so that memory holds only those that a run is working on.
 */
export class WaitingHours {
  readonly tables = new MemoryTables();
  readonly client = this.tables.dynamoDb.client(async (command) => {
    await this.before();
    if (isDueQuery(command)) return this.#answer(command.input);
    if (command instanceof BatchGetCommand) this.#make(command);
    return this.tables.dynamoDb.run(command);
  });
  /** Comes before each command. */
  before: () => Promise<void> = async () => undefined;
  billed = 0;
  readonly #isMade: Uint8Array;
  #template: Item = {};

  private constructor(private readonly count: number) {
    this.#isMade = new Uint8Array(count);
    this.tables.dynamoDb.onWrite = ({ table, after }) => {
      if (table === 'hourlyUsage' && after.state === 'billed') this.#settle(Number(String(after.pk).slice(2)));
    };
  }

  static async given(count: number): Promise<WaitingHours> {
    const waiting = new WaitingHours(count);
    const { tables } = waiting;
    const { productCode } = BENCH_PRODUCT;
    tables.givenProvenDecimals(productCode);
    const events = [{ key: '#1', quantity: decimal(1), tags: {} }];
    const store = new DynamoDbUsageTallyStore(tables.database, { eventRetentionDays: 90 });
    await store.add({ ...hourKeyOf(0), events }, DUE_MS);
    waiting.#template = tables.dynamoDb.table('hourlyUsage').get(hourItemKey(hourKeyOf(0))) ?? {};
    return waiting;
  }

  #answer({ ExpressionAttributeValues = {}, ExclusiveStartKey, Limit = PAGE, Select }: DueQuery) {
    const [shard, nowMs] = [Number(ExpressionAttributeValues[':shard']), Number(ExpressionAttributeValues[':now'])];
    const Items: Item[] = [];
    let n = ExclusiveStartKey === undefined ? shard : numberOf(String(ExclusiveStartKey.pk)) + SHARDS;
    for (; n < this.count && shard < SHARDS && Items.length < Limit; n += SHARDS) {
      const dueAt = this.#dueAt(n);
      if (dueAt <= nowMs)
        Items.push({ ...hourItemKey(hourKeyOf(n)), dueShard: NumberValue.from(shard), dueAt: NumberValue.from(dueAt) });
    }
    const isLast = n >= this.count || shard >= SHARDS;
    const Count = Items.length;
    return { Count, ...(Select !== 'COUNT' && { Items }), ...(!isLast && { LastEvaluatedKey: Items.at(-1) }) };
  }

  /** Infinity: it is no longer due. */
  #dueAt(n: number): number {
    if (this.#isMade[n] !== 1) return DUE_MS;
    const { dueAt } = this.tables.dynamoDb.table('hourlyUsage').get(hourItemKey(hourKeyOf(n))) ?? {};
    return dueAt === undefined ? Infinity : Number(String(dueAt));
  }

  #make({ input: { RequestItems = {} } }: BatchGetCommand): void {
    for (const { pk } of Object.values(RequestItems).flatMap(({ Keys = [] }) => Keys)) {
      const n = numberOf(String(pk));
      if (!(n < this.count) || this.#isMade[n] === 1) continue;
      this.#isMade[n] = 1;
      const { subscriptionId } = hourKeyOf(n);
      this.tables.given(aSubscription({ subscriptionId, productCode: BENCH_PRODUCT.productCode }));
      this.tables.put('hourlyUsage', { ...this.#template, ...hourItemKey(hourKeyOf(n)), dueShard: n % SHARDS });
    }
  }

  #settle(n: number): void {
    this.billed += 1;
    const key = hourKeyOf(n);
    // After the write that billed it.
    queueMicrotask(() => {
      const { dynamoDb } = this.tables;
      for (const [name, itemKey] of [
        ['hourlyUsage', hourItemKey(key)],
        ['subscriptions', subscriptionKey(key.subscriptionId)],
      ] as const) {
        const item = dynamoDb.table(name).get(itemKey);
        if (item !== undefined) dynamoDb.table(name).apply(dynamoDb.table(name).deletionOf(item));
      }
    });
  }
}

function hourKeyOf(n: number) {
  return { subscriptionId: `s-${String(n).padStart(26, '0')}`, dimension: 'events', hour: HOUR };
}

/** NaN for another key. */
function numberOf(pk: string): number {
  return pk.startsWith('s-') ? Number(pk.slice(2)) : NaN;
}

function isDueQuery(command: Command): command is QueryCommand {
  return command instanceof QueryCommand && command.input.IndexName === 'due';
}
