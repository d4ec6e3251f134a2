import type { SimulatedClock } from '../clock';
import type { Marketplace } from '../marketplace';

/** Everything the HTTP routes use. */
export interface Simulator {
  marketplace: Marketplace;
  clock: SimulatedClock;
  settings: { registrationUrl?: string; eventBridgeEndpoint?: string };
  setRegistrationUrl(url: string): void;
  setEventBridgeEndpoint(endpoint: string): void;
}
