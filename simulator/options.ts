import type { SimulatedClock } from './clock';
import type { SellerProduct } from './products';
import type { MarketplaceOptions } from './rules/context';
import type { StartInput } from './start-file/start-schema';

export interface StartMarketplaceOptions {
  /** 0 or absent: any free port. */
  port?: number;
  /** The address to bind. Default: 127.0.0.1. There is no authentication. */
  host?: string;
  /** Host names, beside the loopback's and `host`, that requests may be addressed to. */
  allowHosts?: readonly string[];
  products?: readonly SellerProduct[];
  /** What it starts with, as a start file says it. */
  start?: StartInput;
  /** Continues what is in this file, and keeps the state there. If it exists, `start`, `products` and `seed` do not apply. */
  stateFile?: string;
  /** Where CloudTrail's log files are written, in the layout of a trail's bucket. */
  cloudTrailFolder?: string;
  /** Default: one that runs, or as `start` says. */
  clock?: SimulatedClock;
  seed?: number;
  /** Where *Set up your account* posts the registration token. */
  registrationUrl?: string;
  /** Where events are sent with PutEvents; absent: nowhere. */
  eventBridgeEndpoint?: string;
  /** Where notifications of legacy products are published; default: `eventBridgeEndpoint`. */
  snsEndpoint?: string;
  options?: Partial<MarketplaceOptions>;
  /** Receives a sentence about each message that could not be delivered and each file that could not be written. */
  onFailure?(message: string): void;
}
