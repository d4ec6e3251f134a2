import formBody from '@fastify/formbody';
import Fastify, { type FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { SimulatedClock } from './clock';
import { Marketplace } from './marketplace';
import { SetupError } from './rules/required';
import type { MarketplaceOptions } from './rules/world';
import { serveAdminApi } from './wire/admin-api';
import { serveAwsJson } from './wire/aws-json';
import { serveBuyerPages } from './wire/buyer-routes';
import { serveRpcCbor } from './wire/rpc-cbor';
import { EventBridgePublisher } from './wire/event-bridge';
import { SnsPublisher } from './wire/sns';
import type { Simulator } from './wire/simulator';

export interface StartMarketplaceOptions {
  /** 0 or absent: any free port. */
  port?: number;
  products?: SellerConfiguration['products'];
  clock?: SimulatedClock;
  seed?: number;
  /** Where *Set up your account* posts to. */
  registrationUrl?: string;
  /** Where PutEvents goes; absent: events go nowhere. */
  eventBridgeEndpoint?: string;
  /** Where the notifications of older products go; default: where PutEvents goes. */
  snsEndpoint?: string;
  options?: Partial<MarketplaceOptions>;
  /** Told about an event that could not be delivered; default: nobody. */
  onFailure?(message: string): void;
}

export interface RunningMarketplace extends Simulator {
  endpoint: string;
  /** Resolves when every event so far has been delivered or given up. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** How often what the clock makes due (activations, expiries, deprovisionings) happens by itself, in real time. */
const DUE_INTERVAL_MS = 1000;

/** Starts AWS Marketplace on the loopback. */
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
  const publisher = new EventBridgePublisher({ endpoint: eventBridgeEndpoint, onFailure });
  const notifier = new SnsPublisher({ endpoint: snsEndpoint ?? eventBridgeEndpoint, onFailure });
  const marketplace = new Marketplace({
    ...{ clock, seed, options },
    publish: (event) => publisher.publish(event),
    notify: (notification) => notifier.publish(notification),
  });
  for (const { dimensions, productCode, name, identityMode, pricingModel } of products) {
    // Entitlements may be of dimensions that are not metered.
    const apiNames = new Set(dimensions.flatMap(({ apiName, coveredBy }) => [apiName, coveredBy ?? apiName]));
    marketplace.addProduct({ productCode, name, identityMode, pricingModel, dimensions: [...apiNames] });
  }
  const settings: Simulator['settings'] = { registrationUrl, eventBridgeEndpoint };
  const simulator: Simulator = {
    marketplace,
    clock,
    settings,
    setRegistrationUrl: (url) => (settings.registrationUrl = url),
    setEventBridgeEndpoint: (endpoint) => {
      settings.eventBridgeEndpoint = endpoint;
      publisher.setEndpoint(endpoint);
      if (snsEndpoint === undefined) notifier.setEndpoint(endpoint);
    },
  };
  const app = await createServer(simulator);
  await app.listen({ port, host: '127.0.0.1' });
  const due = setInterval(() => marketplace.runDue(), DUE_INTERVAL_MS);
  due.unref();
  const stopListening = clock.onMoved(() => marketplace.runDue());
  return {
    ...simulator,
    endpoint: `http://localhost:${portOf(app)}`,
    settled: async () => {
      await Promise.all([publisher.settled(), notifier.settled()]);
    },
    stop: async () => {
      clearInterval(due);
      stopListening();
      await app.close();
      await Promise.all([publisher.settled(), notifier.settled()]);
      publisher.stop();
    },
  };
}

async function createServer(simulator: Simulator): Promise<FastifyInstance> {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SetupError) return reply.code(error.status).send({ message: error.message });
    if (error instanceof z.ZodError) return reply.code(400).send({ message: z.prettifyError(error) });
    throw error;
  });
  await app.register(formBody);
  serveAwsJson(app, simulator.marketplace);
  serveRpcCbor(app, simulator.marketplace);
  await app.register(async (admin) => serveAdminApi(admin, simulator), { prefix: '/_marketplace' });
  await app.register(async (pages) => serveBuyerPages(pages, simulator));
  await app.ready();
  return app;
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The marketplace listens nowhere.');
  return address.port;
}
