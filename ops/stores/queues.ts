import { GetQueueAttributesCommand, StartMessageMoveTaskCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Installation } from '../installation/installation';

/** A queue of the stack, with the approximate numbers of its messages. */
export interface QueueState {
  /** The last part of the queue's URL. */
  name: string;
  arn: string;
  messages: number;
  inFlight: number;
  /** For a dead-letter queue: the queue whose messages it takes. */
  sourceArn?: string;
}

const count = z.string().transform(Number).pipe(z.int());
const attributes = z.object({
  QueueArn: z.string(),
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesNotVisible: count,
  RedrivePolicy: z.string().optional(),
});
const redrivePolicy = z.object({ deadLetterTargetArn: z.string() });

export async function listQueues({ sqs, queueUrls }: Pick<Installation, 'sqs' | 'queueUrls'>): Promise<QueueState[]> {
  const queues = await Promise.all(queueUrls.map((url) => readQueue(sqs, url)));
  const sources = new Map(queues.map(({ arn, deadLetterArn }) => [deadLetterArn, arn]));
  return queues.map(({ name, arn, messages, inFlight }) => ({
    name,
    arn,
    messages,
    inFlight,
    sourceArn: sources.get(arn),
  }));
}

async function readQueue(sqs: SQSClient, QueueUrl: string) {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const parsed = attributes.parse(Attributes);
  return {
    name: QueueUrl.split('/').at(-1) ?? QueueUrl,
    arn: parsed.QueueArn,
    messages: parsed.ApproximateNumberOfMessages,
    inFlight: parsed.ApproximateNumberOfMessagesNotVisible,
    deadLetterArn: parsed.RedrivePolicy && redrivePolicy.parse(JSON.parse(parsed.RedrivePolicy)).deadLetterTargetArn,
  };
}

/**
 * Moves a dead-letter queue's messages to the queue they are meant for. The destination is explicit because EventBridge
 * also puts messages there directly, and SQS knows no source for those.
 */
export async function redriveQueue(
  { sqs }: Pick<Installation, 'sqs'>,
  { arn, sourceArn }: Required<Pick<QueueState, 'arn' | 'sourceArn'>>,
): Promise<void> {
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn, DestinationArn: sourceArn }));
}
