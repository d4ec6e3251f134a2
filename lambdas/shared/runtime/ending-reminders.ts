import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { QueueMessage } from './queue-messages';

/** Messages to `meter-usage` that arrive later: the schedule alone could be five minutes late. */
export interface EndingReminders {
  /** @param delaySeconds - 0 … 900, SQS's limit */
  remind(subscriptionId: string, delaySeconds: number): Promise<void>;
}

const reminder = z.object({ subscriptionId: z.string().min(1) });
/** Starts a run without waiting for the schedule: an operator has released usage. */
export const METER_NOW = { meter: 'now' } as const;
const message = z.union([reminder, z.object({ meter: z.literal(METER_NOW.meter) })]);

/** The client of the reminders' queue. It retries failed calls. */
export function createSqsClient(): SQSClient {
  return new SQSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}

export class SqsEndingReminders implements EndingReminders {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async remind(subscriptionId: string, delaySeconds: number): Promise<void> {
    const MessageBody = JSON.stringify({ subscriptionId } satisfies z.infer<typeof reminder>);
    await this.client.send(
      new SendMessageCommand({ QueueUrl: this.queueUrl, DelaySeconds: delaySeconds, MessageBody }),
    );
  }
}

/**
 * What a message asks for: a pass over the ending subscription that it names, or a run.
 * @throws ZodError for another message: only `meter-usage` and operators may send to this queue.
 */
export function askedBy(received: QueueMessage): z.infer<typeof message> {
  return message.parse(received.read());
}
