import Fastify, { type FastifyInstance } from 'fastify';
import * as z from 'zod';
import { refusalOf, unlessJson } from '../../web/guard';
import { inPlainWords } from '../plain-words';
import { SetupError } from '../rules/required';
import { serveAdminApi } from './admin-api';
import { serveAwsJson } from './aws-json';
import { serveCatalogApi } from './catalog-api';
import { servePages } from './page-routes';
import { serveRpcCbor } from './rpc-cbor';
import type { Simulator } from './simulator';

export interface ServerOptions {
  /** Host names beside the loopback's that a request may be addressed to, in lower case and without a port. */
  allowedHosts: readonly string[];
  /** Learns that a request has been answered, whatever it changed. */
  onAnswered(): void;
}

/** The API of AWS, the control API and the pages, not yet listening. */
export async function createServer(
  simulator: Simulator,
  { allowedHosts, onAnswered }: ServerOptions,
): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SetupError) return reply.code(error.status).send({ message: error.message });
    if (error instanceof z.ZodError) return reply.code(400).send({ message: inPlainWords(error) });
    throw error;
  });
  const hosts = { names: allowedHosts, remedy: ', or allow another one with --allow-host' };
  app.addHook('onRequest', async ({ method, headers }, reply) => {
    reply.headers({ 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' });
    const refusal = refusalOf({ method, headers }, 'The simulator', hosts);
    if (refusal !== undefined) return reply.code(refusal.status).send({ message: refusal.message });
  });
  app.addHook('onResponse', async () => onAnswered());
  serveAwsJson(app, simulator.marketplace);
  serveRpcCbor(app, simulator.marketplace);
  serveCatalogApi(app, simulator);
  await app.register(
    async (admin) => {
      admin.addHook('onRequest', async (request, reply) => {
        const refusal = unlessJson(request);
        if (refusal !== undefined) return reply.code(refusal.status).send({ message: refusal.message });
      });
      admin.setNotFoundHandler((_request, reply) =>
        reply.code(404).send({ message: 'The control API has no such route.' }),
      );
      serveAdminApi(admin, simulator);
    },
    { prefix: '/_marketplace' },
  );
  await app.register(async (pages) => servePages(pages, simulator));
  await app.ready();
  return app;
}

export function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The simulator is not listening on a port.');
  return address.port;
}
