import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { QueueMessage } from './queue-messages';

/** Messages to `meter-usage` that arrive later: the schedule alone could be five minutes late. */
export interface EndingReminders {
  /** @param delaySeconds - 0 … 900, SQS's limit */
  remind(subscriptionId: string, delaySeconds: number): Promise<void>;
}

const reminder = z.object({ subscriptionId: z.string().min(1) });

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
 * The subscription that a reminder names.
 * @throws ZodError for another message: only `meter-usage` may send to this queue.
 */
export function remindedOf(message: QueueMessage): string {
  return reminder.parse(message.read()).subscriptionId;
}
