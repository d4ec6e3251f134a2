import { randomUUID } from 'node:crypto';
import { cbor, tag } from '@smithy/core/cbor';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Marketplace } from '../marketplace';
import { answerCall } from './call';

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
    const operation = request.url.endsWith('/GetEntitlements') ? 'GetEntitlements' : undefined;
    return answerCall(marketplace, { request, reply, operation }, { decode: cbor.deserialize, send });
  });
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

function send(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply
    .code(status)
    .header('smithy-protocol', 'rpc-v2-cbor')
    .header('x-amzn-requestid', randomUUID())
    .type(CONTENT_TYPE)
    .send(Buffer.from(cbor.serialize(withTaggedTimes(body))));
}
