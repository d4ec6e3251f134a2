import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import Fastify from 'fastify';
import * as z from 'zod';
import { guarded } from '../../guarded';
import { Engine, type EngineOptions } from '../engine';
import { streamLength } from '../operations/streams';
import { answer } from './operations';
import { written } from './responses';

/** A DynamoDB behind its wire protocol on this machine. */
export interface DynamoDbServer {
  endpoint: string;
  stop(): Promise<void>;
}

/** DynamoDB's limit for a request. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

export interface EmbeddedDynamoDb extends DynamoDbServer {
  /** How many changes a stream has had. It spares a reader in the same process the reads that would find nothing. */
  streamLength(streamArn: string): number | undefined;
}

export interface ServerOptions extends EngineOptions {
  /** Why somebody may not do what a signed request asks for; undefined: they may. */
  refusalOf?: (request: {
    authorization: string;
    target: string;
    method: string;
    path: string;
    body: string;
  }) => string | undefined;
}

const headersSchema = z.object({ 'x-amz-target': z.string().catch(''), authorization: z.string().optional() });

/** Starts the embedded DynamoDB on a free loopback port, without tables. */
export async function startEmbeddedDynamoDb({ refusalOf, ...options }: ServerOptions = {}): Promise<EmbeddedDynamoDb> {
  const engine = new Engine(options);
  const app = guarded(Fastify({ forceCloseConnections: true, keepAliveTimeout: 60_000 }), 'The embedded DynamoDB');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MAX_REQUEST_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/', (request, reply) => {
    reply.header('content-type', 'application/x-amz-json-1.0').header('x-amzn-requestid', randomUUID());
    const { 'x-amz-target': target, authorization } = headersSchema.parse(request.headers);
    if (authorization === undefined) {
      return reply.code(400).send(JSON.stringify(failure('MissingAuthenticationToken', 'The request is not signed.')));
    }
    const body = z.string().parse(request.body);
    const refusal = refusalOf?.({ authorization, target, method: 'POST', path: '/', body });
    if (refusal !== undefined) return reply.code(400).send(JSON.stringify(failure('AccessDeniedException', refusal)));
    try {
      return reply.send(JSON.stringify(answer(engine, target, JSON.parse(body))));
    } catch (error) {
      return reply.code(statusOf(error)).send(JSON.stringify(described(error)));
    }
  });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  return { endpoint, stop: () => app.close(), streamLength: (arn) => streamLength(engine, arn) };
}

const PREFIXES: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate#',
  SerializationException: 'com.amazon.coral.service#',
  AccessDeniedException: 'com.amazon.coral.service#',
};

function failure(name: string, message: string): Record<string, unknown> {
  return { __type: `${PREFIXES[name] ?? 'com.amazonaws.dynamodb.v20120810#'}${name}`, message };
}

function isServiceError(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z]\w+Exception$/.test(error.name);
}

const statusOf = (error: unknown) => (isServiceError(error) || error instanceof SyntaxError ? 400 : 500);

/** An error as DynamoDB writes it, with what a failed condition shows. */
function described(error: unknown): object {
  if (error instanceof SyntaxError) return failure('SerializationException', 'The request is no JSON.');
  if (!isServiceError(error))
    return failure('InternalServerError', String(error instanceof Error ? error.stack : error));
  const body = failure(error.name, error.message);
  if (error instanceof ConditionalCheckFailedException)
    return { ...body, ...written({ ...(error.Item && { Item: error.Item }) }) };
  if (!(error instanceof TransactionCanceledException)) return body;
  return { ...body, ...written({ CancellationReasons: error.CancellationReasons ?? [] }) };
}
