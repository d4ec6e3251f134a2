import { hash } from 'node:crypto';
import {
  QueryCommand,
  type DynamoDBDocumentClient,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/lib-dynamodb';
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

/** As many keys of each partition as are read at a time. */
const PAGE = 1_000;

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

/** The keys of all items due at `nowMs`, the longest due first. The index may lag behind its table. */
export async function listDueItems(question: DueQuestion): Promise<DueItem[]> {
  return (await DueItems.from(question)).take(Infinity);
}

/** Items due at one moment, the longest due first. They are read as they are taken, so that memory holds a page of each shard. */
export class DueItems {
  readonly #shards: DueItemsOfShard[];

  private constructor({ shards = READ_SHARDS, ...question }: DueQuestion) {
    this.#shards = shards.map((shard) => new DueItemsOfShard(shard, question));
  }

  /** Reads the first page of each shard. */
  static async from(question: DueQuestion): Promise<DueItems> {
    const due = new DueItems(question);
    await due.#fill();
    return due;
  }

  /** The next items, at most `count`; none when there are no more. One call at a time. */
  async take(count: number): Promise<DueItem[]> {
    const taken: DueItem[] = [];
    while (taken.length < count) {
      await this.#fill();
      const full = this.#shards.filter((shard) => shard.first !== undefined);
      if (full.length === 0) break;
      // Until one of them must read on.
      while (taken.length < count && full.every((shard) => shard.first !== undefined))
        taken.push(...full.reduce(longestDue).shift());
    }
    return taken;
  }

  /** How many were not taken. They are counted and not read. */
  async countRest(): Promise<number> {
    const counts = await Promise.all(this.#shards.map(async (shard) => shard.countRest()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #fill(): Promise<void> {
    await Promise.all(this.#shards.map(async (shard) => shard.fill()));
  }
}

function longestDue(a: DueItemsOfShard, b: DueItemsOfShard): DueItemsOfShard {
  return (b.first?.dueAt ?? Infinity) < (a.first?.dueAt ?? Infinity) ? b : a;
}

class DueItemsOfShard {
  #page: readonly DueItem[] = [];
  #position = 0;
  #next: { ExclusiveStartKey?: Record<string, unknown> } | undefined = {};

  constructor(
    private readonly shard: number,
    private readonly question: Omit<DueQuestion, 'shards'>,
  ) {}

  get first(): DueItem | undefined {
    return this.#page[this.#position];
  }

  shift(): DueItem[] {
    this.#position += 1;
    return this.#page.slice(this.#position - 1, this.#position);
  }

  /** Reads the next page if this one is used up. */
  async fill(): Promise<void> {
    while (this.first === undefined && this.#next !== undefined) {
      const { Items = [] } = await this.#query({ Limit: PAGE });
      this.#page = Items.map((item) => dueItem.parse(item));
      this.#position = 0;
    }
  }

  async countRest(): Promise<number> {
    let count = this.#page.length - this.#position;
    while (this.#next !== undefined) count += (await this.#query({ Select: 'COUNT' })).Count ?? 0;
    return count;
  }

  async #query(how: Pick<QueryCommandInput, 'Limit' | 'Select'>): Promise<QueryCommandOutput> {
    const { client, TableName, IndexName, nowMs } = this.question;
    const read = await client.send(
      new QueryCommand({
        TableName,
        IndexName,
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': this.shard, ':now': nowMs },
        ...this.#next,
        ...how,
      }),
    );
    this.#next = read.LastEvaluatedKey && { ExclusiveStartKey: read.LastEvaluatedKey };
    return read;
  }
}
