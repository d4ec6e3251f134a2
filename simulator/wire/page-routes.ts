import formBody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { html } from '../../web/html';
import { agreementPage } from '../pages/agreement';
import { agreementsPage } from '../pages/agreements';
import { callPage } from '../pages/call';
import { callsPage } from '../pages/calls';
import { controlsPage } from '../pages/controls';
import { eventPage, eventsPage } from '../pages/events';
import { filterSchema } from '../pages/filters';
import { ledgerPage } from '../pages/ledger';
import { LIVE_SCRIPT } from '../pages/live-script';
import { recordPage } from '../pages/record';
import { documentOf, LIVE_SCRIPT_PATH, PARTS, policyOf, type View } from '../pages/shell';
import { storefrontPage } from '../pages/storefront';
import { SetupError } from '../rules/required';
import { serveBuyerForms } from './buyer-routes';
import { serveControlForms } from './control-routes';
import type { Simulator } from './simulator';

const withId = z.object({ id: z.string() });
const withNumber = z.object({ number: z.coerce.number().int() });

/** The pages. They carry fresh tokens, so responses forbid caching. */
export async function servePages(app: FastifyInstance, simulator: Simulator): Promise<void> {
  const { marketplace, clock } = simulator;
  const show = (reply: FastifyReply, view: View) =>
    reply
      .code(view.status ?? 200)
      .header('content-security-policy', policyOf(view))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(documentOf(view, { nowMs: clock.now() }));
  const serve = (path: string, viewOf: (asked: { query: unknown; params: unknown }) => View) =>
    app.get(path, ({ query, params }, reply) => show(reply, viewOf({ query, params })));

  // First, because a route keeps the handler that it finds.
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SetupError) return show(reply, problem(error.message, error.status));
    if (error instanceof z.ZodError)
      return show(reply, problem(error.issues.map(({ message }) => message).join(' '), 400));
    throw error;
  });
  app.setNotFoundHandler((_request, reply) => show(reply, problem('There is no such page.', 404)));
  app.get(LIVE_SCRIPT_PATH, (_request, reply) =>
    reply.header('cache-control', 'no-store').type('text/javascript; charset=utf-8').send(LIVE_SCRIPT),
  );
  serve(PARTS.storefront, () => storefrontPage(marketplace));
  serve(PARTS.agreements, ({ query }) =>
    agreementsPage(marketplace, filterSchema.parse(query), { nowMs: clock.now() }),
  );
  serve('/buyer/agreements/:id', ({ params }) => agreementPage(factsOf(simulator, withId.parse(params).id)));
  serve(PARTS.calls, ({ query }) => callsPage(marketplace, filterSchema.parse(query)));
  serve(`${PARTS.calls}/:number`, ({ params }) => callPage(marketplace, withNumber.parse(params).number));
  serve(PARTS.events, ({ query }) => eventsPage(simulator, filterSchema.parse(query)));
  serve(`${PARTS.events}/:id`, ({ params }) => eventPage(simulator, withId.parse(params).id));
  serve(PARTS.ledger, ({ query }) => ledgerPage(marketplace, filterSchema.parse(query)));
  serve(`${PARTS.ledger}/:id`, ({ params, query }) =>
    recordPage(marketplace, withId.parse(params).id, filterSchema.parse(query)),
  );
  serve(PARTS.controls, () => controlsPage(simulator));

  await app.register(formBody);
  serveBuyerForms(app, simulator);
  serveControlForms(app, simulator);
}

const problem = (message: string, status: number): View => ({
  title: 'The request was not accepted',
  status,
  content: html`<section class="card"><p>${message}</p></section>`,
});

function factsOf({ marketplace, clock, settings }: Simulator, agreementId: string) {
  const agreement = marketplace.agreement(agreementId);
  return {
    agreement,
    ...marketplace.partiesOf(agreement),
    registrationUrl: settings.registrationUrl,
    issued: agreement.status === 'ACTIVE' ? marketplace.freshToken(agreementId) : undefined,
    tokens: marketplace.tokens().filter((token) => token.agreementId === agreementId),
    nowMs: clock.now(),
  };
}
