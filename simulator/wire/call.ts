import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Marketplace } from '../marketplace';
import type { Operation } from '../rules/faults';
import { ServiceError } from '../rules/service-error';

interface Protocol {
  /** @throws when the body is malformed. */
  decode(body: Buffer): unknown;
  send(reply: FastifyReply, status: number, body: object): FastifyReply;
}

/** Answers one request of AWS's API in the given protocol. `operation`: undefined when the request names none. */
export function answerCall(
  marketplace: Marketplace,
  { request, reply, operation }: { request: FastifyRequest; reply: FastifyReply; operation: Operation | undefined },
  { decode, send }: Protocol,
): FastifyReply {
  const refuse = ({ type, message, status, details }: ServiceError) =>
    send(reply, status, { __type: type, message, ...details });
  // Checked first, because AWS rejects an unsigned request whatever it contains.
  if (!/^AWS4-HMAC-SHA256 /.test(request.headers.authorization ?? '')) {
    return refuse(new ServiceError('MissingAuthenticationToken'));
  }
  if (operation === undefined) return refuse(new ServiceError('UnknownOperationException'));
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.from('');
  let input: unknown;
  try {
    input = decode(body);
  } catch {
    return refuse(new ServiceError('SerializationException', 'The request body is malformed.'));
  }
  const outcome = marketplace.call(operation, input, body.byteLength);
  if (outcome.kind === 'answered') return send(reply, 200, outcome.output);
  if (outcome.kind === 'failed') return refuse(outcome.error);
  // The connection closes without a response, as when a network breaks.
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}
