import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Marketplace } from '../marketplace';
import type { Operation } from '../rules/faults';
import { REQUEST_LIMIT_BYTES } from '../rules/limits';
import { answerCall } from './call';

/** The Agreement service speaks 1.0, the others 1.1. */
const CONTENT_TYPES = ['application/x-amz-json-1.1', 'application/x-amz-json-1.0'];

export const OPERATION_OF_TARGET = new Map<unknown, Operation>([
  ['AWSMPMeteringService.ResolveCustomer', 'ResolveCustomer'],
  ['AWSMPMeteringService.BatchMeterUsage', 'BatchMeterUsage'],
  ['AWSMPEntitlementService.GetEntitlements', 'GetEntitlements'],
  ['AWSMPCommerceService_v20200301.DescribeAgreement', 'DescribeAgreement'],
]);

/** The AWS JSON protocols: every call is a `POST /`, and the `x-amz-target` header names the operation. */
export function serveAwsJson(app: FastifyInstance, marketplace: Marketplace): void {
  app.addContentTypeParser(CONTENT_TYPES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/', { bodyLimit: 32 * REQUEST_LIMIT_BYTES }, (request, reply) => {
    const operation = OPERATION_OF_TARGET.get(request.headers['x-amz-target']);
    return answerCall(
      marketplace,
      { request, reply, operation },
      { decode: (body) => JSON.parse(body.toString('utf8')), send: sendAs(request.headers['content-type']) },
    );
  });
}

/** Answers in the version of the protocol that the client speaks. */
function sendAs(contentType = '') {
  return (reply: FastifyReply, status: number, body: object): FastifyReply => {
    if ('__type' in body) reply.header('x-amzn-errortype', body.__type);
    return reply
      .code(status)
      .header('x-amzn-requestid', randomUUID())
      .type(contentType)
      .send(Buffer.from(JSON.stringify(body)));
  };
}
