import { randomUUID } from 'node:crypto';
import { cbor, tag } from '@smithy/core/cbor';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Marketplace } from '../marketplace';
import { ServiceError } from '../rules/service-error';

const CONTENT_TYPE = 'application/cbor';
/** The CBOR tag for epoch seconds. */
const EPOCH_TAG = 1;

/**
 * The Smithy RPC v2 CBOR protocol. The entitlement service's model lists it before JSON 1.1, so some SDKs prefer it. The
 * metering service's model lists only JSON 1.1.
 */
export function serveRpcCbor(app: FastifyInstance, marketplace: Marketplace): void {
  app.addContentTypeParser(CONTENT_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/service/AWSMPEntitlementService/operation/:operation', (request, reply) => {
    if (!/^AWS4-HMAC-SHA256 /.test(request.headers.authorization ?? '')) {
      return answerError(reply, new ServiceError('MissingAuthenticationToken'));
    }
    if (!request.url.endsWith('/GetEntitlements')) {
      return answerError(reply, new ServiceError('UnknownOperationException'));
    }
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.from('');
    const input = decode(body);
    if (input instanceof ServiceError) return answerError(reply, input);
    const outcome = marketplace.call('GetEntitlements', input, body.byteLength);
    if (outcome.kind === 'answered') return answer(reply, 200, withTaggedTimes(outcome.output));
    if (outcome.kind === 'failed') return answerError(reply, outcome.error);
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  });
}

function decode(body: Buffer): unknown {
  try {
    return cbor.deserialize(body);
  } catch {
    // The decoder throws plain errors and range errors for input that is not CBOR.
    return new ServiceError('SerializationException', 'The request body is not CBOR.');
  }
}

function withTaggedTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTaggedTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'ExpirationDate' ? tag({ tag: EPOCH_TAG, value: member }) : withTaggedTimes(member),
    ]),
  );
}

function answerError(reply: FastifyReply, { type, message, status }: ServiceError): FastifyReply {
  return answer(reply, status, { __type: type, message });
}

function answer(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply
    .code(status)
    .header('smithy-protocol', 'rpc-v2-cbor')
    .header('x-amzn-requestid', randomUUID())
    .type(CONTENT_TYPE)
    .send(Buffer.from(cbor.serialize(body)));
}
