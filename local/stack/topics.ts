import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Queue } from './queues';
import type { Resource } from './resources';

const propertiesSchema = z.object({
  TopicArn: z.string(),
  Protocol: z.literal('sqs', 'only queues subscribe to topics locally'),
  Endpoint: z.string(),
  RawMessageDelivery: z.literal(false, 'raw delivery is not run locally').default(false),
});

interface Subscription {
  topicArn: string;
  queue: Queue;
}

/** What the template's queues subscribe to: topics of anybody's account, which exist by being published to. */
export class Topics {
  readonly #subscriptions: Subscription[];
  readonly #now: () => number;

  constructor(resources: Resource[], { queues, now }: { queues: Queue[]; now(): number }) {
    this.#now = now;
    this.#subscriptions = resources.map(({ name, properties }) => {
      const { TopicArn: topicArn, Endpoint } = propertiesSchema.parse(properties);
      const queue = queues.find(({ arn }) => arn === Endpoint);
      if (queue === undefined)
        throw new Error(`The subscription ${name} leads to no queue of the template: ${Endpoint}`);
      return { topicArn, queue };
    });
  }

  /** Delivers in SNS's envelope to every queue that subscribes. @returns the message's id. */
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
