import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Queue } from './queues';

const attributesRequest = z.object({ QueueUrl: z.string() });
const moveRequest = z.object({ SourceArn: z.string(), DestinationArn: z.string() });

interface Asked {
  request: FastifyRequest;
  reply: FastifyReply;
  queues: readonly Queue[];
}

/** The part of SQS (JSON 1.0) that the operator's commands use: GetQueueAttributes and an instant StartMessageMoveTask. */
export function answerSqs(target: string, { request, reply, queues }: Asked): FastifyReply {
  reply.header('content-type', 'application/x-amz-json-1.0').header('x-amzn-requestid', randomUUID());
  const refuse = (__type: string, message: string) => reply.code(400).send(JSON.stringify({ __type, message }));
  const missing = () => refuse('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');
  const body: unknown = JSON.parse(z.string().parse(request.body));
  switch (target) {
    case 'AmazonSQS.GetQueueAttributes': {
      const name = attributesRequest.parse(body).QueueUrl.split('/').at(-1);
      const queue = queues.find(({ physicalName }) => physicalName === name);
      return queue === undefined ? missing() : reply.send(JSON.stringify({ Attributes: attributesOf(queue) }));
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
