import { STREAM_MAPPING } from '../../../lambdas/shared/contract/functions';
import type { Item } from '../../../local/dynamodb/values/item';
import { HOUR_MS } from '../driver/time';

export interface StreamRecord {
  sequenceNumber: string;
  newImage: Item;
  oldImage?: Item;
  atMs: number;
}

export interface Shard {
  records: StreamRecord[];
  /** The first record that is not processed. */
  next: number;
  /** How many the next batch may hold, after halving. */
  limit: number;
  /** Tries of the batch that begins at `next`. */
  tries: number;
}

/** Lambda gives up on a batch whose first record is older than this. */
export const MAX_RECORD_AGE_MS = STREAM_MAPPING.maxRecordAgeHours * HOUR_MS;

const SHARDS = 2;

/** The stream of the UsageEvents table: only the changes of one item stay in order. */
export class UsageEventStream {
  readonly shards: Shard[] = Array.from({ length: SHARDS }, () => ({
    records: [],
    next: 0,
    limit: Infinity,
    tries: 0,
  }));
  /** The batches that Lambda gave up on, stored whole, as in its failure destination. */
  readonly failedBatches: StreamRecord[][] = [];
  #sequenceNumber = 0;

  append(change: Omit<StreamRecord, 'sequenceNumber'>): void {
    this.#sequenceNumber += 1;
    const sequenceNumber = String(this.#sequenceNumber).padStart(21, '0');
    this.shards[shardOf(String(change.newImage.pk))]?.records.push({ ...change, sequenceNumber });
  }

  get isDrained(): boolean {
    return this.shards.every(({ records, next }) => next >= records.length) && this.failedBatches.length === 0;
  }

  /** Shards with something to deliver. */
  get waiting(): Shard[] {
    return this.shards.filter(({ records, next }) => next < records.length);
  }
}

/** A change of a subscription. */
export interface SubscriptionChange {
  sequenceNumber: string;
  atMs: number;
  newImage: Record<string, unknown>;
  oldImage?: Record<string, unknown>;
}

/** The stream of the Subscriptions table as one of its readers gets it: in order, at least once. */
export class ChangeFeed {
  readonly records: SubscriptionChange[] = [];
  /** The first change that is not processed. */
  next = 0;
  /** Whether the batch that begins there has failed. */
  hasFailed = false;
  /** The batches that Lambda gave up on. */
  readonly failedBatches: SubscriptionChange[][] = [];

  append(change: Omit<SubscriptionChange, 'sequenceNumber'>): void {
    this.records.push({ ...change, sequenceNumber: String(this.records.length).padStart(21, '0') });
  }

  get isRead(): boolean {
    return this.next >= this.records.length;
  }

  get isDrained(): boolean {
    return this.isRead && this.failedBatches.length === 0;
  }
}

function shardOf(pk: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < pk.length; index += 1) hash = Math.imul(hash ^ pk.charCodeAt(index), 16_777_619);
  return (hash >>> 8) % SHARDS;
}
