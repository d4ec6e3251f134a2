import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { SimulatedClock } from '../../simulator';
import type { Named } from './names';
import type { Resource } from './resources';

export interface Message {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** Epoch milliseconds in simulated time, like all times of a queue. */
  sentAtMs: number;
  firstReceivedAtMs: number | undefined;
  receiveCount: number;
  visibleAtMs: number;
}

const propertiesSchema = z.object({
  VisibilityTimeout: z.coerce.number().default(30),
  DelaySeconds: z.coerce.number().default(0),
  FifoQueue: z.literal(false, 'the local stack does not support FIFO queues').optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),
});

/**
 * A standard SQS queue in memory. Delays and visibility follow the simulated clock: a failed message becomes visible
 * again after its visibility timeout, and moves to the dead-letter queue after too many receives.
 */
export class Queue implements Named {
  readonly logicalId: string;
  readonly name: string;
  readonly physicalName: string;
  readonly arn: string;
  readonly deadLetterArn: string | undefined;
  /** Set when all queues of the template exist. */
  deadLetterQueue: Queue | undefined;
  readonly #clock: SimulatedClock;
  readonly #properties: z.infer<typeof propertiesSchema>;
  readonly #messages = new Map<string, Message>();
  readonly #listeners = new Set<() => void>();

  constructor({ logicalId, name, physicalName, arn, properties }: Resource, clock: SimulatedClock) {
    this.logicalId = logicalId;
    this.name = name;
    this.physicalName = physicalName;
    this.arn = arn;
    this.#clock = clock;
    this.#properties = propertiesSchema.parse(properties);
    this.deadLetterArn = this.#properties.RedrivePolicy?.deadLetterTargetArn;
  }

  send(body: string, { delaySeconds = this.#properties.DelaySeconds } = {}): string {
    const messageId = randomUUID();
    const sentAtMs = this.#clock.now();
    this.#messages.set(messageId, {
      messageId,
      receiptHandle: '',
      body,
      md5OfBody: createHash('md5').update(body).digest('hex'),
      sentAtMs,
      firstReceivedAtMs: undefined,
      receiveCount: 0,
      visibleAtMs: sentAtMs + delaySeconds * 1000,
    });
    this.#notify();
    return messageId;
  }

  /** Up to `max` visible messages, which stay hidden until they are deleted or their visibility timeout ends. */
  receive(max: number): Message[] {
    const received: Message[] = [];
    for (const message of this.#visible()) {
      if (received.length === max) break;
      if (message.receiveCount >= (this.#properties.RedrivePolicy?.maxReceiveCount ?? Infinity)) {
        this.#moveToDeadLetters(message);
        continue;
      }
      const now = this.#clock.now();
      const seen: Message = {
        ...message,
        receiptHandle: randomUUID(),
        receiveCount: message.receiveCount + 1,
        firstReceivedAtMs: message.firstReceivedAtMs ?? now,
        visibleAtMs: now + this.#properties.VisibilityTimeout * 1000,
      };
      this.#messages.set(message.messageId, seen);
      received.push(seen);
    }
    return received;
  }

  /** Only the latest receipt deletes a message: a slow receiver may find it delivered again to another one. */
  delete({ messageId, receiptHandle }: Pick<Message, 'messageId' | 'receiptHandle'>): void {
    if (this.#messages.get(messageId)?.receiptHandle === receiptHandle) this.#messages.delete(messageId);
  }

  /** Every message, visible or not, oldest first. Reading changes nothing. */
  messages(): Message[] {
    return [...this.#messages.values()];
  }

  get maxReceiveCount(): number | undefined {
    return this.#properties.RedrivePolicy?.maxReceiveCount;
  }

  visibleCount(): number {
    return this.#visible().length;
  }

  onMessage(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #visible(): Message[] {
    const now = this.#clock.now();
    return this.messages().filter(({ visibleAtMs }) => visibleAtMs <= now);
  }

  #moveToDeadLetters(message: Message): void {
    this.#messages.delete(message.messageId);
    this.deadLetterQueue?.adopt(message);
  }

  /** Moves every message to another queue, as `StartMessageMoveTask` does. @returns the number of messages. */
  moveTo(destination: Queue): number {
    const moved = this.messages();
    for (const message of moved) {
      this.#messages.delete(message.messageId);
      destination.adopt(message);
    }
    return moved.length;
  }

  /** Takes over a message, which keeps its id and age. */
  adopt(message: Message): void {
    this.#messages.set(message.messageId, { ...message, receiveCount: 0, visibleAtMs: this.#clock.now() });
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
