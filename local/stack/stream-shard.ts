import {
  type _Record as StreamRecord,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { Signal } from './signal';
import type { Arrival } from './stream-delivery';

/** AWS polls four times per second. Polling faster feels better to a person, and a drain does not wait for it. */
const POLL_MS = 100;
/** The shortest pause between polls, so that activity elsewhere does not flood DynamoDB Local with reads. */
const SHORTEST_POLL_MS = 25;
const READ_FAILED_MS = 1_000;
/** Lambda's size limit for a payload, minus room for the JSON around the records. */
const MAX_BATCH_BYTES = 6_000_000 - 10_000;

export interface ShardOptions {
  client: DynamoDBStreamsClient;
  streamArn: string;
  shardId: string;
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** What a batch may be. An update may change it. */
  batching(): { batchSize: number; windowMs: number };
  /** The record in Lambda's format, or undefined if no filter of the mapping matches it. */
  accept(record: StreamRecord): Arrival | undefined;
  /** How many changes the stream has had, if that is known without reading it. */
  length?(): number | undefined;
  /** Simulated time. */
  now(): number;
  deliver(batch: Arrival[]): Promise<void>;
  /** Called when reading fails, before it is retried. */
  onReadError(error: unknown): void;
}

/** Reads one shard in order, collects what the filter accepts, and delivers it in batches, one at a time. */
export class ShardReader {
  readonly #options: ShardOptions;
  readonly #signal = new Signal();
  readonly #catchingUp: { reading: boolean; resolve: () => void }[] = [];
  #buffer: Arrival[] = [];
  #readsFailed = 0;
  #stopped = false;

  constructor(options: ShardOptions) {
    this.#options = options;
  }

  get waitingRecords(): number {
    return this.#buffer.length;
  }

  get oldestWaitingMs(): number | undefined {
    const [oldest] = this.#buffer;
    return oldest && oldest.record.dynamodb.ApproximateCreationDateTime * 1000;
  }

  get ended(): boolean {
    return this.#stopped;
  }

  wake(): void {
    this.#signal.call();
  }

  stop(): void {
    this.#stopped = true;
    this.#signal.call();
  }

  /** Resolves when everything written before the call is delivered, without waiting for a batching window. */
  async catchUp(): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      this.#catchingUp.push({ reading: false, resolve });
      this.#signal.call();
    });
  }

  get draining(): boolean {
    return this.#catchingUp.length > 0;
  }

  /** Runs until the shard is closed and read to its end, or `stop` is called. */
  async run(): Promise<void> {
    let position: Position = { type: this.#options.startingPosition };
    let iterator: string | undefined;
    // The length of the stream when a read found its end.
    let endsAt: number | undefined;
    try {
      while (!this.#stopped) {
        for (const waiter of this.#catchingUp) waiter.reading = true;
        const length = this.#options.length?.();
        const isAtEnd = iterator !== undefined && length !== undefined && length === endsAt;
        const read = isAtEnd ? { records: [], next: iterator } : await this.#read(iterator, position);
        if (read === undefined) {
          iterator = undefined;
          // By now "latest" is later than the position at which reading started.
          if (position.type === 'LATEST') position = { type: 'TRIM_HORIZON' };
          if (this.#readsFailed > 1) await this.#signal.wait(READ_FAILED_MS);
          continue;
        }
        const last = read.records.at(-1)?.dynamodb?.SequenceNumber;
        if (last !== undefined) position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last };
        this.#buffer.push(...read.records.flatMap((record) => this.#options.accept(record) ?? []));
        iterator = read.next;
        endsAt = read.records.length === 0 ? length : undefined;
        await this.#deliverWhatIsDue({ quiet: read.records.length === 0, closed: iterator === undefined });
        if (iterator === undefined) return;
        if (read.records.length === 0) await this.#pause();
      }
    } finally {
      this.#stopped = true;
      for (const { resolve } of this.#catchingUp.splice(0)) resolve();
    }
  }

  async #pause(): Promise<void> {
    if (this.#buffer.length === 0) this.#releaseCaughtUp();
    const isCheap = this.#options.length?.() !== undefined;
    if (!this.draining && !isCheap) await new Promise((resolve) => setTimeout(resolve, SHORTEST_POLL_MS));
    if (!this.draining) await this.#signal.wait(POLL_MS);
  }

  #releaseCaughtUp(): void {
    const done = this.#catchingUp.filter(({ reading }) => reading);
    const later = this.#catchingUp.filter(({ reading }) => !reading);
    this.#catchingUp.splice(0, Infinity, ...later);
    for (const { resolve } of done) resolve();
  }

  async #deliverWhatIsDue({ quiet, closed }: { quiet: boolean; closed: boolean }): Promise<void> {
    const { batchSize, windowMs } = this.#options.batching();
    while (!this.#stopped && this.#buffer.length > 0) {
      const [oldest] = this.#buffer;
      const windowOver = oldest !== undefined && this.#options.now() - oldest.arrivedAtMs >= windowMs;
      // A drain ends the window only when there is nothing more to read, so that batches stay as full as possible.
      const due = this.#buffer.length >= batchSize || windowOver || closed || (quiet && this.draining);
      if (!due) return;
      const batch = this.#cutBatch();
      await this.#options.deliver(batch);
      this.#buffer = this.#buffer.slice(batch.length);
    }
  }

  #cutBatch(): Arrival[] {
    const batch: Arrival[] = [];
    let bytes = 0;
    for (const arrival of this.#buffer.slice(0, this.#options.batching().batchSize)) {
      bytes += Buffer.byteLength(JSON.stringify(arrival.record)) + 1;
      if (bytes > MAX_BATCH_BYTES && batch.length > 0) break;
      batch.push(arrival);
    }
    return batch;
  }

  async #read(iterator: string | undefined, position: Position) {
    const { client, streamArn, shardId } = this.#options;
    try {
      const current =
        iterator ??
        (
          await client.send(
            new GetShardIteratorCommand({
              StreamArn: streamArn,
              ShardId: shardId,
              ShardIteratorType: position.type,
              ...(position.sequenceNumber !== undefined && { SequenceNumber: position.sequenceNumber }),
            }),
          )
        ).ShardIterator;
      const { Records, NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: current }));
      this.#readsFailed = 0;
      return { records: Records ?? [], next: NextShardIterator };
    } catch (error) {
      this.#readsFailed += 1;
      // One failure is normal: iterators expire, and DynamoDB Local drops those of an empty shard.
      if (!this.#stopped && this.#readsFailed > 1) this.#options.onReadError(error);
      return undefined;
    }
  }
}

interface Position {
  type: 'TRIM_HORIZON' | 'LATEST' | 'AFTER_SEQUENCE_NUMBER';
  sequenceNumber?: string;
}
