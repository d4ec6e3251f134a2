import { DescribeStreamCommand, type DynamoDBStreamsClient, type Shard } from '@aws-sdk/client-dynamodb-streams';
import * as z from 'zod';
import type { Activity } from './activity';
import { compilePattern, type EventPattern } from './event-pattern';
import type { LambdaFunction } from './functions';
import { Signal } from './signal';
import { deliverBatch, type RetryPolicy } from './stream-delivery';
import { toLambdaRecord } from './stream-records';
import { ShardReader } from './stream-shard';

const DRAINING_BACKOFF_MS = 10;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 10_000;

export const filterSchema = z
  .object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) })
  .transform(({ Filters }) => Filters.map(({ Pattern }) => compilePattern(JSON.parse(Pattern))));

const unbounded = (value: number) => (value < 0 ? Infinity : value);

const propertiesSchema = z.object({
  Enabled: z.boolean().default(true),
  BatchSize: z.coerce.number().default(100),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  ParallelizationFactor: z.literal(1, 'the local stack supports only a ParallelizationFactor of 1').default(1),
  TumblingWindowInSeconds: z.literal(0, 'the local stack does not support tumbling windows').optional(),
  FilterCriteria: filterSchema.optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  BisectBatchOnFunctionError: z.boolean().default(false),
  MaximumRetryAttempts: z.coerce.number().default(-1).transform(unbounded),
  MaximumRecordAgeInSeconds: z.coerce.number().default(-1).transform(unbounded),
});

/** Where streams are read. */
export interface StreamSource {
  client: DynamoDBStreamsClient;
  /** How many changes a stream has had; absent: only a read tells. */
  lengthOf?(streamArn: string): number | undefined;
}

export interface StreamMappingOptions {
  properties: Record<string, unknown>;
  streams: StreamSource;
  /** The stream's ARN in the template, and the ARN that DynamoDB gave it. */
  stream: { name: string; templateArn: string; realArn: string };
  target: LambdaFunction;
  /** The on-failure destination. Without one, as on AWS, a discarded batch is lost (and listed as a failure). */
  keepDiscarded?(key: string, document: unknown): Promise<void>;
  activity: Activity;
  now(): number;
}

/** An event source mapping from a table's stream to a function. Windows and ages are in simulated time, waits between tries in machine time. */
export class StreamMapping {
  readonly #options: StreamMappingOptions;
  #properties: z.infer<typeof propertiesSchema>;
  #filters: EventPattern[];
  readonly #readers = new Map<string, ShardReader>();
  readonly #backoff = new Signal();
  #retrying: string | undefined;
  #stopped = false;

  constructor(options: StreamMappingOptions) {
    this.#options = options;
    this.#properties = propertiesSchema.parse(options.properties);
    this.#filters = this.#properties.FilterCriteria ?? [];
    options.activity.onActivity(() => this.#each((reader) => reader.wake()));
  }

  /** Goes on at the same place with other properties. */
  update(properties: Record<string, unknown>): void {
    this.#properties = propertiesSchema.parse(properties);
    this.#filters = this.#properties.FilterCriteria ?? [];
  }

  get description(): string {
    return `stream ${this.#options.stream.name} → ${this.#options.target.name}`;
  }

  async start(): Promise<void> {
    if (!this.#properties.Enabled) return;
    await this.#readNewShards();
    // One read fixes the position "latest", so that nothing written from now on is missed.
    if (this.#properties.StartingPosition === 'LATEST') await this.catchUp();
  }

  /** Resolves when everything written before the call is delivered or discarded. */
  async catchUp(): Promise<void> {
    this.#backoff.call();
    await Promise.all([...this.#readers.values()].map((reader) => reader.catchUp()));
  }

  /** Describes what is read but not delivered. Empty when the mapping is idle. */
  waiting(): string[] {
    const records = [...this.#readers.values()].reduce((sum, reader) => sum + reader.waitingRecords, 0);
    if (records === 0) return [];
    return [`${this.description}: ${records} records not delivered${this.#retrying ? ` (${this.#retrying})` : ''}`];
  }

  get functionName(): string {
    return this.#options.target.physicalName;
  }

  /** The simulated time of the oldest change that is not delivered yet. */
  oldestWaitingMs(): number | undefined {
    const times = [...this.#readers.values()].flatMap((reader) => reader.oldestWaitingMs ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  stop(): void {
    this.#stopped = true;
    this.#backoff.call();
    this.#each((reader) => reader.stop());
  }

  /** Reads a shard only after its parent, which keeps the changes of an item in order. */
  async #readNewShards(): Promise<void> {
    const shards = await this.#describeShards();
    const fresh = shards.filter(({ ShardId: id = '', ParentShardId: parent }) => {
      const parentRunning = parent !== undefined && this.#readers.get(parent)?.ended === false;
      const parentUnread = shards.some(({ ShardId }) => ShardId === parent) && !this.#readers.has(parent ?? '');
      return !this.#readers.has(id) && !parentRunning && !parentUnread;
    });
    for (const { ShardId: shardId = '' } of fresh) this.#readShard(shardId);
  }

  #readShard(shardId: string): void {
    const { streams, stream, target, activity } = this.#options;
    const { client, lengthOf } = streams;
    const reader: ShardReader = new ShardReader({
      client,
      length: lengthOf && (() => lengthOf(stream.realArn)),
      shardId,
      streamArn: stream.realArn,
      startingPosition: this.#readers.size === 0 ? this.#properties.StartingPosition : 'TRIM_HORIZON',
      batching: () => ({
        batchSize: this.#properties.BatchSize,
        windowMs: this.#properties.MaximumBatchingWindowInSeconds * 1000,
      }),
      accept: (raw) => {
        const readAtMs = this.#options.now();
        const record = toLambdaRecord(raw, { eventSourceArn: stream.templateArn, readAtMs });
        const wanted = this.#filters.length === 0 || this.#filters.some((matches) => matches(record));
        return wanted ? { record, arrivedAtMs: readAtMs } : undefined;
      },
      now: this.#options.now,
      deliver: (batch) =>
        deliverBatch(batch, this.#policy(), {
          functionArn: target.arn,
          streamArn: stream.templateArn,
          shardId,
          now: this.#options.now,
          invoke: (event) => target.invoke(event),
          discard: async ({ key, document, count, reason }) => {
            activity.fail({
              kind: 'discarded',
              source: this.description,
              message: `discarded ${count} records: ${reason}`,
            });
            await this.#options.keepDiscarded?.(key, document);
          },
          backoff: (attempts, lastError) => this.#wait(attempts, { lastError, reader }),
        }),
      onReadError: (error) => activity.fail({ kind: 'delivery', source: this.description, message: String(error) }),
    });
    this.#readers.set(shardId, reader);
    void reader.run().then(() => (this.#stopped ? undefined : this.#readNewShards()));
  }

  #policy(): RetryPolicy {
    return {
      reportsPartialFailures: this.#properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      bisects: this.#properties.BisectBatchOnFunctionError,
      maximumRetries: this.#properties.MaximumRetryAttempts,
      maximumAgeMs: this.#properties.MaximumRecordAgeInSeconds * 1000,
    };
  }

  async #wait(attempts: number, { lastError, reader }: { lastError: string; reader: ShardReader }): Promise<boolean> {
    this.#retrying = `attempt ${attempts + 1} follows; last: ${lastError}`;
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** attempts, LONGEST_BACKOFF_MS);
    await this.#backoff.wait(reader.draining ? DRAINING_BACKOFF_MS : backoffMs);
    return !this.#stopped;
  }

  async #describeShards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let start: string | undefined;
    do {
      const { StreamDescription } = await this.#options.streams.client.send(
        new DescribeStreamCommand({ StreamArn: this.#options.stream.realArn, ExclusiveStartShardId: start }),
      );
      shards.push(...(StreamDescription?.Shards ?? []));
      start = StreamDescription?.LastEvaluatedShardId;
    } while (start !== undefined);
    return shards;
  }

  #each(action: (reader: ShardReader) => void): void {
    for (const reader of this.#readers.values()) action(reader);
  }
}
