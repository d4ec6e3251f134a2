import type { MarketplaceEvent } from './events';
import type { Faults } from './faults';
import type { MarketplaceNotification } from './notifications';
import type { Random } from './random';
import type { MarketplaceState } from './state';

export interface MarketplaceOptions {
  /** The seller: publishes the products, receives the events. */
  sellerAccountId: string;
  tokenLifetimeMs: number;
  /** AWS calls tokens both; `singleUse` answers the second ResolveCustomer with ExpiredTokenException. */
  tokenUse: 'repeatable' | 'singleUse';
  eventLicenseArn: EventLicenseArn;
}

/**
 * The licence ARN in events: whole, as captured; as AWS's documentation shows it: without its `arn:`, with the bare id
 * at its end, with a slash before it; or each of them in turn.
 */
export const EVENT_LICENSE_ARNS = ['whole', 'withoutPrefix', 'bareId', 'slash', 'inTurn'] as const;
export type EventLicenseArn = (typeof EVENT_LICENSE_ARNS)[number];

/** Everything the rules work on. They know no other clock, no other randomness and no network. */
export interface World {
  state: MarketplaceState;
  options: MarketplaceOptions;
  clock: { now(): number };
  random: Random;
  faults: Faults;
  publish(event: MarketplaceEvent): void;
  notify(notification: MarketplaceNotification): void;
}
