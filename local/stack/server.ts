import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { guarded } from '../guarded';
import { serveAwsEndpoint, type AwsServices } from './aws-endpoint';
import { serveControlApi, type Controllable } from './control-api';
import { type HttpApi, MAX_BODY_BYTES } from './http-api';
import { hasRoot, INDEX_POLICY, indexPage } from './index-page';
import { flatHeaders, type HttpResponse, messageResponse } from './http-event';

export interface ServedParts {
  api: HttpApi | undefined;
  services: AwsServices;
  control: Controllable;
}

const SERVER = 'The local stack';
const addressInUse = z.object({ code: z.literal('EADDRINUSE') });
const bodyTooLarge = z.object({ statusCode: z.literal(413) });

/** Another program uses the port. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(readonly port: number) {
    super(
      `Port ${port} on 127.0.0.1 is taken by another program.\n` +
        'Choose other ports: --port 3001 --marketplace-port 4601',
    );
  }
}

/** Serves one loopback port: `/_stack` is the control API, `/_aws` the AWS endpoint, the rest the template's HTTP API. */
export async function listen(port: number, { api, services, control }: ServedParts): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true });
  await app.register(async (scope) => serveControlApi(guarded(scope, SERVER), control), { prefix: '/_stack' });
  await app.register(async (scope) => serveAwsEndpoint(guarded(scope, SERVER), services), { prefix: '/_aws' });
  // The HTTP API itself is for browsers of other pages: AWS Marketplace's page posts to it.
  await app.register(async (scope) => serveHttpApi(scope, api));
  if (!hasRoot(api))
    await app.register(async (scope) => {
      guarded(scope, SERVER).get('/', (_request, reply) =>
        reply.type('text/html').header('content-security-policy', INDEX_POLICY).send(indexPage(control.status())),
      );
    });
  try {
    await app.listen({ port, host: '127.0.0.1' });
  } catch (error) {
    await app.close();
    throw addressInUse.safeParse(error).success ? new PortTakenError(port) : error;
  }
  return app;
}

function serveHttpApi(app: FastifyInstance, api: HttpApi | undefined): void {
  app.removeAllContentTypeParsers();
  // One byte above the limit, so that the HTTP API itself answers a body that is too large.
  const bodyLimit = MAX_BODY_BYTES + 1;
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => {
    const answer = bodyTooLarge.safeParse(error).success
      ? messageResponse(413, 'Request Entity Too Large')
      : messageResponse(400, 'Bad Request');
    return reply.code(answer.statusCode).headers(answer.headers).send(answer.body);
  });
  app.all('/*', async (request, reply) => {
    const [rawPath = '/', ...query] = (request.raw.url ?? '/').split('?');
    const answer: HttpResponse =
      (await api?.handle({
        method: request.method,
        rawPath,
        rawQuery: query.join('?'),
        headers: flatHeaders(request.raw.headersDistinct),
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        sourceIp: request.ip,
      })) ?? messageResponse(404, 'Not Found');
    reply.code(answer.statusCode).headers(answer.headers);
    if (answer.cookies.length > 0) reply.header('set-cookie', answer.cookies);
    return reply.send(answer.body);
  });
}
