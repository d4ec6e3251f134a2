import type { SimulatedClock } from '../clock';
import type { CloudTrail } from '../cloud-trail/cloud-trail';
import type { Marketplace } from '../marketplace';

export interface DeliveryFailure {
  atMs: number;
  message: string;
}

/** Everything the HTTP routes use. */
export interface Simulator {
  marketplace: Marketplace;
  clock: SimulatedClock;
  settings: { registrationUrl?: string; eventBridgeEndpoint?: string };
  /** The last messages that could not be delivered, oldest first. */
  failures: readonly DeliveryFailure[];
  /** CloudTrail's records of the calls. */
  trail: CloudTrail;
  setRegistrationUrl(url: string): void;
  setEventBridgeEndpoint(endpoint: string): void;
}
