import type { Faults } from './faults';
import type { Random } from './random';
import type { EventBridgeEvent, MarketplaceState, SnsNotification } from './state';

export const SELLER_ACCOUNT_ID = '999999999999';

export interface MarketplaceOptions {
  /** The account that publishes the products and receives the events. Default: `SELLER_ACCOUNT_ID`. */
  sellerAccountId: string;
  tokenLifetimeMs: number;
  /** AWS documents both. With `singleUse` the second ResolveCustomer gets ExpiredTokenException. */
  tokenUse: 'repeatable' | 'singleUse';
  eventLicenseArn: EventLicenseArn;
  decimals: Decimals;
  productCodeWithLicense: ProductCodeWithLicense;
}

/**
 * How events write the license ARN. `whole`: as captured from AWS. The next three are as AWS's documentation shows it:
 * without `arn:`, without `license:`, or with `license/`. `inTurn`: a different one each time.
 */
export const EVENT_LICENSE_ARNS = ['whole', 'withoutPrefix', 'bareId', 'slash', 'inTurn'] as const;
export type EventLicenseArn = (typeof EVENT_LICENSE_ARNS)[number];

/**
 * What BatchMeterUsage makes of decimal quantities. `known`: bills them. `unknown`: ignores the fields without a word, as
 * AWS did before it had them, so that a record bills 0 and its hour is taken. `refused`: the call fails.
 */
export const DECIMALS = ['known', 'unknown', 'refused'] as const;
export type Decimals = (typeof DECIMALS)[number];

/**
 * What BatchMeterUsage makes of a request with a `ProductCode` whose records have a `LicenseArn`. `accepted`: it bills
 * them, under another identity than without the code (SDK). `refused`: the call fails, as a seller has seen for products
 * with concurrent agreements.
 */
export const PRODUCT_CODE_WITH_LICENSE = ['accepted', 'refused'] as const;
export type ProductCodeWithLicense = (typeof PRODUCT_CODE_WITH_LICENSE)[number];

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Everything the rules and operations use: they have no other clock, no other randomness and no network. */
export interface Context {
  state: MarketplaceState;
  options: MarketplaceOptions;
  clock: Clock;
  random: Random;
  faults: Faults;
  publish(event: EventBridgeEvent): void;
  notify(notification: SnsNotification): void;
}
