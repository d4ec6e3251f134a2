import Fastify, { type FastifyInstance } from 'fastify';
import * as z from 'zod';
import { refusalOf, unlessJson } from '../web/guard';
import { SimulatedClock } from './clock';
import { Marketplace } from './marketplace';
import { inPlainWords } from './plain-words';
import type { SellerProduct } from './products';
import type { MarketplaceOptions } from './rules/context';
import { SetupError } from './rules/required';
import { serveAdminApi } from './wire/admin-api';
import { serveAwsJson } from './wire/aws-json';
import { eventBridgePublisher } from './wire/event-bridge';
import { servePages } from './wire/page-routes';
import { serveRpcCbor } from './wire/rpc-cbor';
import type { DeliveryFailure, Simulator } from './wire/simulator';
import { snsPublisher } from './wire/sns';

export interface StartMarketplaceOptions {
  /** 0 or absent: any free port. */
  port?: number;
  products?: readonly SellerProduct[];
  clock?: SimulatedClock;
  seed?: number;
  /** Where *Set up your account* posts the registration token. */
  registrationUrl?: string;
  /** Where events are sent with PutEvents; absent: nowhere. */
  eventBridgeEndpoint?: string;
  /** Where notifications of legacy products are published; default: `eventBridgeEndpoint`. */
  snsEndpoint?: string;
  options?: Partial<MarketplaceOptions>;
  /** Receives a sentence about each message that could not be delivered. */
  onFailure?(message: string): void;
}

export interface RunningMarketplace extends Simulator {
  endpoint: string;
  /** Resolves when every event and notification so far has been delivered or has failed. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** How often activations, expiries and deprovisionings that are due are performed, in real time. */
const DUE_INTERVAL_MS = 1000;

/** How many calls the pages show with request and answer. */
const KEPT_CALLS = 500;
/** How many undelivered messages the pages show. */
const KEPT_FAILURES = 20;

/** Starts the simulator on the loopback. */
export async function startMarketplace({
  port = 0,
  products = [],
  clock = new SimulatedClock(),
  seed,
  registrationUrl,
  eventBridgeEndpoint,
  snsEndpoint,
  options,
  onFailure = () => undefined,
}: StartMarketplaceOptions = {}): Promise<RunningMarketplace> {
  const failures: DeliveryFailure[] = [];
  const note = (message: string) => {
    failures.push({ atMs: clock.now(), message });
    if (failures.length > KEPT_FAILURES) failures.shift();
    onFailure(message);
  };
  const events = eventBridgePublisher({ endpoint: eventBridgeEndpoint, onFailure: note });
  const notifications = snsPublisher({ endpoint: snsEndpoint ?? eventBridgeEndpoint, onFailure: note });
  const marketplace = new Marketplace({
    clock,
    seed,
    options,
    keptCalls: KEPT_CALLS,
    publish: (event) => events.publish(event),
    notify: (notification) => notifications.publish(notification),
  });
  for (const { dimensions, productCode, name, identityMode, pricingModel } of products) {
    // A contract may also entitle to dimensions that are not metered.
    const apiNames = new Set(dimensions.flatMap(({ apiName, coveredBy }) => [apiName, coveredBy ?? apiName]));
    marketplace.addProduct({ productCode, name, identityMode, pricingModel, dimensions: [...apiNames] });
  }
  const settings: Simulator['settings'] = { registrationUrl, eventBridgeEndpoint };
  const simulator: Simulator = {
    marketplace,
    clock,
    settings,
    failures,
    setRegistrationUrl: (url) => (settings.registrationUrl = url),
    setEventBridgeEndpoint: (endpoint) => {
      settings.eventBridgeEndpoint = endpoint;
      events.setEndpoint(endpoint);
      if (snsEndpoint === undefined) notifications.setEndpoint(endpoint);
    },
  };
  const settled = async () => {
    await Promise.all([events.settled(), notifications.settled()]);
  };
  const app = await createServer(simulator);
  await app.listen({ port, host: '127.0.0.1' });
  const due = setInterval(() => marketplace.runDue(), DUE_INTERVAL_MS);
  due.unref();
  const stopListening = clock.onMoved(() => marketplace.runDue());
  return {
    ...simulator,
    endpoint: `http://localhost:${portOf(app)}`,
    settled,
    stop: async () => {
      clearInterval(due);
      stopListening();
      await app.close();
      await settled();
    },
  };
}

async function createServer(simulator: Simulator): Promise<FastifyInstance> {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SetupError) return reply.code(error.status).send({ message: error.message });
    if (error instanceof z.ZodError) return reply.code(400).send({ message: inPlainWords(error) });
    throw error;
  });
  app.addHook('onRequest', async ({ method, headers }, reply) => {
    reply.headers({ 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' });
    const refusal = refusalOf({ method, headers }, 'The simulator');
    if (refusal !== undefined) return reply.code(refusal.status).send({ message: refusal.message });
  });
  serveAwsJson(app, simulator.marketplace);
  serveRpcCbor(app, simulator.marketplace);
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

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The simulator is not listening on a port.');
  return address.port;
}
