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
  const fail = ({ type, message, status, details }: ServiceError) =>
    send(reply, status, { __type: type, message, ...details });
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.from('');
  const { isMalformed, input } = decodedBody(body, decode);
  /** What AWS refuses in front of the service. */
  const refuse = (error: ServiceError) => {
    const outcome = { kind: 'failed', error } as const;
    const asked = operation ?? String(request.headers['x-amz-target'] ?? request.url);
    marketplace.logCall({ operation, asked, request: input, bytes: body.byteLength, outcome, faults: [] });
    return fail(error);
  };
  // Checked first, because AWS rejects an unsigned request whatever it contains.
  if (!/^AWS4-HMAC-SHA256 /.test(request.headers.authorization ?? '')) {
    return refuse(new ServiceError('MissingAuthenticationToken'));
  }
  if (operation === undefined) return refuse(new ServiceError('UnknownOperationException'));
  if (isMalformed) return refuse(new ServiceError('SerializationException', 'The request body is malformed.'));
  const outcome = marketplace.call(operation, input, body.byteLength);
  if (outcome.kind === 'answered') return send(reply, 200, outcome.output);
  if (outcome.kind === 'failed') return fail(outcome.error);
  // The connection closes without a response, as when a network breaks.
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}

interface Decoded {
  isMalformed: boolean;
  /** The text of a malformed body. */
  input: unknown;
}

function decodedBody(body: Buffer, decode: Protocol['decode']): Decoded {
  try {
    const input = decode(body);
    if (!isTooDeep(input)) return { isMalformed: false, input };
  } catch {
    // It is malformed.
  }
  return { isMalformed: true, input: body.toString('utf8') };
}

/** No input of AWS's comes near it. One that is deeper exhausts the stack of whatever walks over it. */
const MAX_DEPTH = 64;

function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === MAX_DEPTH || Object.values(value).some((member) => isTooDeep(member, depth + 1));
}
