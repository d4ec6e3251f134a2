import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Bucket } from './buckets';
import type { FunctionPermissions } from './function-permissions';
import type { Principals } from './principals';
import { entrySchema, type EventBuses } from './event-bus';
import type { Queue } from './queues';
import { parseJson } from './parse-json';
import { flatHeaders } from './http-event';
import type { SignedRequest } from './sigv4';
import { answerS3 } from './s3-endpoint';
import { answerSqs } from './sqs-endpoint';
import { answerSts } from './sts-endpoint';
import type { Topics } from './topics';
import { answerWiring, type Wiring } from './wiring-endpoint';

const putEventsSchema = z.object({ Entries: z.array(entrySchema).min(1).max(10) });

const publishSchema = z.object({ Action: z.literal('Publish'), TopicArn: z.string().min(1), Message: z.string() });

/** EventBridge's size limit for a PutEvents request. */
const MAX_PUT_EVENTS_BYTES = 1024 * 1024;

/** What the AWS endpoint serves. */
export interface AwsServices extends Wiring {
  buses: EventBuses;
  topics: Topics;
  queues: readonly Queue[];
  buckets: readonly Bucket[];
  principals: Principals;
  permissions: FunctionPermissions;
}

/**
 * The AWS endpoint of the local stack. It answers EventBridge `PutEvents` (JSON 1.1), SNS `Publish` and
 * STS `AssumeRole` (query protocol), a few calls of SQS, and what the operator's commands ask of S3, of rules and of event
 * source mappings. The functions' other SDK clients also end up here and get an error,
 * instead of calling AWS with meaningless credentials.
 */
export function serveAwsEndpoint(app: FastifyInstance, services: AwsServices): void {
  const { buses, topics, queues, buckets, principals, permissions } = services;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MAX_PUT_EVENTS_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    const target = z.string().catch('').parse(request.headers['x-amz-target']);
    const denied = permissions.refusalOf({ ...sentBy(request), target });
    if (denied !== undefined)
      return reply
        .code(400)
        .type('application/x-amz-json-1.0')
        .send(JSON.stringify({ __type: 'AccessDeniedException', message: denied }));
    if (target.startsWith('AmazonSQS.')) return answerSqs(target, { request, reply, queues });
    if (answerWiring(target, { request, reply, wiring: services })) return reply;
    if (answerS3(request, { reply, buckets })) return reply;
    const form = formOf(request);
    const sts = answerSts(form, { identified: () => principals.identify(signedOf(request), 'sts'), principals });
    if (sts !== undefined) return reply.code(sts.status).type('text/xml').send(sts.xml);
    const publication = publishSchema.safeParse(form);
    if (publication.success) {
      const { TopicArn, Message } = publication.data;
      return reply.type('text/xml').send(published(topics.publish(TopicArn, Message)));
    }
    reply.header('content-type', 'application/x-amz-json-1.1').header('x-amzn-requestid', randomUUID());
    const refuse = (__type: string, message: string) => reply.code(400).send(JSON.stringify({ __type, message }));
    if (target !== 'AWSEvents.PutEvents') {
      const asked = target || `${request.method} ${request.url}`;
      return refuse(
        'UnknownOperationException',
        `The local stack does not support ${asked}. It answers PutEvents, Publish, AssumeRole and a few calls of S3, SQS, EventBridge and Lambda.`,
      );
    }
    const parsed = putEventsSchema.safeParse(parseJson(z.string().catch('').parse(request.body)));
    if (!parsed.success) return refuse('ValidationException', z.prettifyError(parsed.error));
    const Entries = buses.putEvents(parsed.data.Entries);
    return reply.send(
      JSON.stringify({ Entries, FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length }),
    );
  };
  // SDKs append a slash to the address. The AWS CLI does not.
  app.all('', answer);
  app.all('/*', answer);
}

function sentBy({ method, url: path, headers, body }: FastifyRequest) {
  return { method, path, authorization: headers.authorization ?? '', body: z.string().catch('').parse(body) };
}

/** The request as its signer saw it. */
function signedOf(request: FastifyRequest): SignedRequest {
  const [rawPath = '/', rawQuery = ''] = (request.raw.url ?? '/').split('?');
  const body = Buffer.from(z.string().catch('').parse(request.body));
  return { method: request.method, rawPath, rawQuery, headers: flatHeaders(request.raw.headersDistinct), body };
}

function formOf({ headers, body }: FastifyRequest): Record<string, string> {
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return {};
  return Object.fromEntries(new URLSearchParams(z.string().catch('').parse(body)));
}

const published = (messageId: string) =>
  `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${messageId}</MessageId>` +
  `</PublishResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`;
