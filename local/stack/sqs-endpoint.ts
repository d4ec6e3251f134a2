import { createHash, randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Queue } from './queues';

const attributesRequest = z.object({ QueueUrl: z.string() });
const sendRequest = z.object({
  QueueUrl: z.string(),
  MessageBody: z.string(),
  DelaySeconds: z.int().min(0).max(900).optional(),
});
const moveRequest = z.object({ SourceArn: z.string(), DestinationArn: z.string() });

interface Asked {
  request: FastifyRequest;
  reply: FastifyReply;
  queues: readonly Queue[];
}

/** The part of SQS (JSON 1.0) that is used: SendMessage, GetQueueAttributes and an instant StartMessageMoveTask. */
export function answerSqs(target: string, { request, reply, queues }: Asked): FastifyReply {
  reply.header('content-type', 'application/x-amz-json-1.0').header('x-amzn-requestid', randomUUID());
  const refuse = (__type: string, message: string) => reply.code(400).send(JSON.stringify({ __type, message }));
  const missing = () => refuse('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');
  const body: unknown = JSON.parse(z.string().parse(request.body));
  switch (target) {
    case 'AmazonSQS.GetQueueAttributes': {
      const queue = named(attributesRequest.parse(body), queues);
      return queue === undefined ? missing() : reply.send(JSON.stringify({ Attributes: attributesOf(queue) }));
    }
    case 'AmazonSQS.SendMessage': {
      const { MessageBody, DelaySeconds, ...asked } = sendRequest.parse(body);
      const queue = named(asked, queues);
      if (queue === undefined) return missing();
      const MessageId = queue.send(MessageBody, { delaySeconds: DelaySeconds });
      const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
      return reply.send(JSON.stringify({ MessageId, MD5OfMessageBody }));
    }
    case 'AmazonSQS.StartMessageMoveTask': {
      const { SourceArn, DestinationArn } = moveRequest.parse(body);
      const [source, destination] = [SourceArn, DestinationArn].map((arn) => queues.find((each) => each.arn === arn));
      if (source === undefined || destination === undefined) return missing();
      source.moveTo(destination);
      return reply.send(JSON.stringify({ TaskHandle: randomUUID() }));
    }
    default:
      return refuse('UnknownOperationException', `The local stack does not support ${target}.`);
  }
}

function named({ QueueUrl }: { QueueUrl: string }, queues: readonly Queue[]): Queue | undefined {
  const name = QueueUrl.split('/').at(-1);
  return queues.find(({ physicalName }) => physicalName === name);
}

function attributesOf(queue: Queue): Record<string, string> {
  const visible = queue.visibleCount();
  const { deadLetterArn: deadLetterTargetArn, maxReceiveCount } = queue;
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(queue.messages().length - visible),
    ...(deadLetterTargetArn !== undefined && {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
    }),
  };
}
