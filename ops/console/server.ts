import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import * as z from 'zod';
import { html } from '../../web/html';
import type { Ops } from '../command';
import { OperatorError, sentenceOf } from '../errors';
import { addressOf, entryOf, tokenCookie, type Lock } from './guard';
import { countingInto, measure, type ReadUnits } from './read-units';
import { routesOf } from './pages/index';
import type { Answer, Question, Route } from './routes';
import { CONTENT_SECURITY_POLICY, documentOf, refusalDocument, STATIC_FILES, type View } from './shell';

export interface ConsoleOptions {
  /** 0: any free port. */
  port: number;
}

export interface RunningConsole {
  /** With the token: whoever opens it can read everything that the operator can. */
  address: string;
  stop(): Promise<void>;
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const addressInUse = z.object({ code: z.literal('EADDRINUSE') });
const questionSchema = z.object({
  query: z.record(z.string(), z.union([z.string(), z.array(z.string()).transform((all) => all.at(-1) ?? '')])),
  params: z.record(z.string(), z.string()),
});

/**
 * Serves pages over the reads of `ops` on the loopback, with the operator's credentials.
 * @throws OperatorError when another program has the port.
 */
export async function startConsole(ops: Ops, { port }: ConsoleOptions): Promise<RunningConsole> {
  measure(ops.installation.dynamoDb);
  // Ids and dimensions in an address may be as long as AWS allows.
  const app = Fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 2000 } });
  const lock: Lock = { authority: '', token: randomBytes(32).toString('base64url') };
  guard(app, lock);
  for (const { path, type, body } of STATIC_FILES)
    app.get(path, (_request, reply) =>
      reply.header('cache-control', 'private, max-age=31536000, immutable').type(type).send(body),
    );
  for (const route of routesOf(ops)) serve(app, ops, route);
  app.setNotFoundHandler((_request, reply) => show(reply, ops, NOT_FOUND));
  app.setErrorHandler((error, _request, reply) => show(reply, ops, failureView(error)));
  let listening: string;
  try {
    listening = await app.listen({ port, host: '127.0.0.1' });
  } catch (error) {
    await app.close();
    if (!addressInUse.safeParse(error).success) throw error;
    throw new OperatorError(`Port ${port} on 127.0.0.1 is taken by another program. Choose one with --console-port.`);
  }
  lock.authority = new URL(listening).host;
  return { address: addressOf(lock), stop: () => app.close() };
}

function guard(app: FastifyInstance, lock: Lock): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    const { method, url, headers } = request;
    const entry = entryOf({ method, url, headers }, lock);
    if (entry.kind === 'admit') return reply.header('set-cookie', tokenCookie(lock)).redirect(entry.location, 303);
    if (entry.kind === 'welcome') return undefined;
    const { body, contentSecurityPolicy } = refusalDocument(entry);
    if (entry.statusCode === 405) reply.header('allow', 'GET, HEAD');
    return reply
      .code(entry.statusCode)
      .header('content-security-policy', contentSecurityPolicy)
      .type('text/html; charset=utf-8')
      .send(body);
  });
}

function serve(app: FastifyInstance, ops: Ops, { path, answer }: Route): void {
  app.get(path, async (request, reply) => {
    const units: ReadUnits = { count: 0 };
    const given = await countingInto(units, async () => {
      await ops.installation.synchronize?.();
      return answer(questionOf(request));
    });
    return send(reply, { ops, readUnits: units.count }, given);
  });
}

function questionOf({ query, params, url }: FastifyRequest): Question {
  return { ...questionSchema.parse({ query, params }), path: url };
}

function send(reply: FastifyReply, about: { ops: Ops; readUnits: number }, answer: Answer): FastifyReply {
  switch (answer.kind) {
    case 'view':
      return show(reply, about.ops, answer.view, about.readUnits);
    case 'redirect':
      return reply.redirect(answer.location, 303);
    case 'picture':
      return reply.type('image/svg+xml; charset=utf-8').send(answer.svg);
    case 'csv':
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${answer.name}"`)
        .send(answer.csv);
  }
}

function show(reply: FastifyReply, { installation }: Ops, ...[view, readUnits = 0]: [View, number?]): FastifyReply {
  const surroundings = { place: installation.title, isLocal: installation.local !== undefined, readUnits };
  return reply
    .code(view.statusCode ?? 200)
    .type('text/html; charset=utf-8')
    .send(documentOf(view, surroundings));
}

const NOT_FOUND: View = {
  title: 'There is no such page',
  statusCode: 404,
  content: html`<p>Choose one of the pages above.</p>`,
};

function failureView(error: unknown): View {
  return {
    title: 'This could not be read',
    // Something that the operator can mend, or that AWS did not answer; never an excuse for a page that looks complete.
    statusCode: error instanceof OperatorError ? 404 : 502,
    content: html`<section class="card">
      ${sentenceOf(error)
        .split('\n')
        .map((line) => html`<p>${line}</p>`)}
    </section>`,
  };
}
