import * as z from 'zod';
import type { Activity } from './activity';
import type { LambdaFunction } from './functions';
import { parseJson } from './parse-json';
import { filterSchema } from './stream-mapping';
import type { Message, Queue } from './queues';
import { REGION } from './resources';
import { Signal } from './signal';
import { failuresSchema } from './stream-delivery';

const POLL_MS = 200;
/** Lambda starts with five pollers, unless the mapping sets another number. */
const DEFAULT_CONCURRENCY = 5;

const propertiesSchema = z.object({
  Enabled: z.boolean().default(true),
  BatchSize: z.coerce.number().default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  FilterCriteria: filterSchema.optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number() }).optional(),
});

/** An event source mapping from a queue to a function. A failed message stays hidden for the visibility timeout. */
export class QueueMapping {
  readonly #queue: Queue;
  readonly #target: LambdaFunction;
  readonly #activity: Activity;
  readonly #now: () => number;
  #properties: z.infer<typeof propertiesSchema>;
  readonly #signal = new Signal();
  #waitingSinceMs: number | undefined;
  #drains = 0;
  #running = 0;
  #stopped = false;

  constructor(options: {
    properties: Record<string, unknown>;
    queue: Queue;
    target: LambdaFunction;
    activity: Activity;
    /** Simulated time. */
    now(): number;
  }) {
    this.#properties = propertiesSchema.parse(options.properties);
    this.#queue = options.queue;
    this.#target = options.target;
    this.#activity = options.activity;
    this.#now = options.now;
  }

  update(properties: Record<string, unknown>): void {
    this.#properties = propertiesSchema.parse(properties);
  }

  get description(): string {
    return `queue ${this.#queue.name} → ${this.#target.name}`;
  }

  async start(): Promise<void> {
    if (!this.#properties.Enabled) return;
    this.#queue.onMessage(() => this.#signal.call());
    void this.#poll();
  }

  async catchUp(): Promise<void> {
    this.#drains += 1;
    this.#signal.call();
    while (!this.#stopped && this.waiting().length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    this.#drains = 0;
  }

  waiting(): string[] {
    if (!this.#properties.Enabled) return [];
    const open = this.#queue.visibleCount();
    if (open === 0 && this.#running === 0) return [];
    return [`${this.description}: ${open} messages not delivered, ${this.#running} batches running`];
  }

  stop(): void {
    this.#stopped = true;
    this.#signal.call();
  }

  async #poll(): Promise<void> {
    const concurrency = this.#properties.ScalingConfig?.MaximumConcurrency ?? DEFAULT_CONCURRENCY;
    while (!this.#stopped) {
      while (this.#running < concurrency && this.#batchIsDue()) {
        const messages = this.#queue.receive(this.#properties.BatchSize);
        if (messages.length === 0) break;
        this.#waitingSinceMs = undefined;
        this.#running += 1;
        void this.#deliver(messages).finally(() => {
          this.#running -= 1;
          this.#signal.call();
        });
      }
      await this.#signal.wait(POLL_MS);
    }
  }

  #batchIsDue(): boolean {
    const open = this.#queue.visibleCount();
    if (open === 0) return false;
    this.#waitingSinceMs ??= this.#now();
    const windowMs = this.#properties.MaximumBatchingWindowInSeconds * 1000;
    return open >= this.#properties.BatchSize || this.#drains > 0 || this.#now() - this.#waitingSinceMs >= windowMs;
  }

  async #deliver(messages: Message[]): Promise<void> {
    const wanted = messages.filter((message) => this.#isWanted(message));
    // As on AWS, messages that no filter matches are deleted.
    for (const message of messages.filter((message) => !wanted.includes(message))) this.#queue.delete(message);
    if (wanted.length === 0) return;
    const result = await this.#target.invoke({ Records: wanted.map((message) => this.#toRecord(message)) });
    if (!result.ok) return;
    const failed = this.#failedIds(result.payload, wanted);
    for (const message of wanted.filter(({ messageId }) => !failed.has(messageId))) this.#queue.delete(message);
    if (failed.size > 0) {
      const message = `${failed.size} of ${wanted.length} messages failed`;
      this.#activity.fail({ kind: 'delivery', source: this.description, message });
    }
  }

  #failedIds(payload: unknown, messages: Message[]): Set<string> {
    if (!this.#properties.FunctionResponseTypes.includes('ReportBatchItemFailures') || payload === null)
      return new Set();
    const all = new Set(messages.map(({ messageId }) => messageId));
    const parsed = failuresSchema.safeParse(payload);
    if (!parsed.success) return all;
    const reported = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
    return reported.every((id) => all.has(id)) ? new Set(reported) : all;
  }

  #isWanted({ body }: Message): boolean {
    const filters = this.#properties.FilterCriteria ?? [];
    return filters.length === 0 || filters.some((matches) => matches({ body: parseJson(body) ?? body }));
  }

  #toRecord(message: Message) {
    const { messageId, receiptHandle, body, md5OfBody, sentAtMs, firstReceivedAtMs, receiveCount } = message;
    return {
      messageId,
      receiptHandle,
      body,
      attributes: {
        ApproximateReceiveCount: String(receiveCount),
        SentTimestamp: String(sentAtMs),
        SenderId: 'AIDAIENQZJOLO23YVJ4VO',
        ApproximateFirstReceiveTimestamp: String(firstReceivedAtMs ?? sentAtMs),
      },
      messageAttributes: {},
      md5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#queue.arn,
      awsRegion: REGION,
    };
  }
}
