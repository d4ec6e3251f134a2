import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Queue } from './queues';
import type { Resource } from './resources';

const propertiesSchema = z.object({
  TopicArn: z.string(),
  Protocol: z.literal('sqs', 'the local stack supports only subscriptions of queues'),
  Endpoint: z.string(),
  RawMessageDelivery: z.literal(false, 'the local stack does not support raw delivery').default(false),
});

interface Subscription {
  topicArn: string;
  queue: Queue;
}

/** Topics that the template's queues subscribe to. They may belong to any account and need not be created. */
export class Topics {
  readonly #subscriptions: Subscription[];
  readonly #now: () => number;

  constructor(resources: Resource[], { queues, now }: { queues: Queue[]; now(): number }) {
    this.#now = now;
    this.#subscriptions = resources.map(({ name, properties }) => {
      const { TopicArn: topicArn, Endpoint } = propertiesSchema.parse(properties);
      const queue = queues.find(({ arn }) => arn === Endpoint);
      if (queue === undefined)
        throw new Error(`The subscription ${name} has an endpoint that is not a queue of the template: ${Endpoint}`);
      return { topicArn, queue };
    });
  }

  /** Delivers a message, in SNS's envelope, to every subscribed queue. @returns the message id. */
  publish(topicArn: string, message: string): string {
    const messageId = randomUUID();
    const envelope = JSON.stringify({
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: topicArn,
      Message: message,
      Timestamp: new Date(this.#now()).toISOString(),
      SignatureVersion: '1',
      Signature: 'none',
    });
    for (const { queue } of this.#subscriptions.filter((each) => each.topicArn === topicArn)) queue.send(envelope);
    return messageId;
  }
}
