import { randomUUID } from 'node:crypto';
import { cbor, tag } from '@smithy/core/cbor';
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import type { Marketplace } from '../marketplace';
import type { Operation } from '../rules/faults';
import { answerCall } from './call';

const CONTENT_TYPE = 'application/cbor';
/** The CBOR tag for epoch seconds. */
const EPOCH_TAG = 1;

/** By service and name, as the path has them. */
const OPERATIONS: Record<string, Operation> = {
  'AWSMPEntitlementService/GetEntitlements': 'GetEntitlements',
  'AWSMPCommerceService_v20200301/DescribeAgreement': 'DescribeAgreement',
};
/** The members that are times. */
const TIMES = new Set(['ExpirationDate', 'acceptanceTime', 'startTime', 'endTime', 'trialEndTime']);
const path = z.object({ service: z.string(), operation: z.string() });

/**
 * The Smithy RPC v2 CBOR protocol. The models of the Entitlement and the Agreement service list it before JSON, so some
 * SDKs prefer it. The metering service's model lists only JSON 1.1.
 */
export function serveRpcCbor(app: FastifyInstance, marketplace: Marketplace): void {
  app.addContentTypeParser(CONTENT_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/service/:service/operation/:operation', (request, reply) => {
    const { service, operation: name } = path.parse(request.params);
    const operation = OPERATIONS[`${service}/${name}`];
    return answerCall(marketplace, { request, reply, operation }, { decode: cbor.deserialize, send });
  });
}

function withTaggedTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTaggedTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      TIMES.has(name) ? tag({ tag: EPOCH_TAG, value: member }) : withTaggedTimes(member),
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
