import type { FastifyInstance } from 'fastify';
import { refusalOf } from '../web/guard';

/** Refuses other sites' pages in a whole scope, not by path, which the router decodes: `/%5fstack` is `/_stack`. */
export function guarded(scope: FastifyInstance, server: string): FastifyInstance {
  return scope.addHook('onRequest', async (request, reply) => {
    const refusal = refusalOf(request, server);
    return refusal && reply.code(refusal.status).send({ message: refusal.message });
  });
}
