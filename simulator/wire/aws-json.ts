import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Marketplace } from '../marketplace';
import type { Operation } from '../rules/faults';
import { REQUEST_LIMIT_BYTES } from '../rules/limits';
import { ServiceError } from '../rules/service-error';

const CONTENT_TYPE = 'application/x-amz-json-1.1';

const OPERATION_OF_TARGET = new Map<string, Operation>([
  ['AWSMPMeteringService.ResolveCustomer', 'ResolveCustomer'],
  ['AWSMPMeteringService.BatchMeterUsage', 'BatchMeterUsage'],
  ['AWSMPEntitlementService.GetEntitlements', 'GetEntitlements'],
]);

/** The AWS JSON 1.1 protocol: every call is a `POST /`, and the `x-amz-target` header names the operation. */
export function serveAwsJson(app: FastifyInstance, marketplace: Marketplace): void {
  app.addContentTypeParser(CONTENT_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/', { bodyLimit: 32 * REQUEST_LIMIT_BYTES }, async (request, reply) => {
    // Checked first, because AWS rejects an unsigned request whatever it contains.
    if (!/^AWS4-HMAC-SHA256 /.test(request.headers.authorization ?? '')) {
      return answerError(reply, new ServiceError('MissingAuthenticationToken'));
    }
    const target = request.headers['x-amz-target'];
    const operation = typeof target === 'string' ? OPERATION_OF_TARGET.get(target) : undefined;
    if (operation === undefined) return answerError(reply, new ServiceError('UnknownOperationException'));
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.from('');
    let input: unknown;
    try {
      input = JSON.parse(body.toString('utf8'));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return answerError(reply, new ServiceError('SerializationException', 'The request body is not JSON.'));
    }
    const outcome = marketplace.call(operation, input, body.byteLength);
    if (outcome.kind === 'answered') return answer(reply, 200, outcome.output);
    if (outcome.kind === 'failed') return answerError(reply, outcome.error);
    // The connection closes without a response, as when a network breaks.
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  });
}

function answerError(reply: FastifyReply, { type, message, status }: ServiceError): FastifyReply {
  return answer(reply.header('x-amzn-errortype', type), status, { __type: type, message });
}

function answer(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply
    .code(status)
    .header('x-amzn-requestid', randomUUID())
    .type(CONTENT_TYPE)
    .send(Buffer.from(JSON.stringify(body)));
}
