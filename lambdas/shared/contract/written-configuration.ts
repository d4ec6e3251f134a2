import type { PagesConfiguration } from './written-pages';

/**
 * The seller's configuration, as the seller writes it: what the AWS Marketplace listing is, and how its usage is billed.
 * It can be in a file, `marketplace.config.json`.
 */
export interface SellerConfiguration {
  /** The products of the stack; at least one, and each product code once. */
  readonly products: readonly ProductConfiguration[];
  /**
   * AWS accounts that test the seller's own listing: their usage goes through everything, but AWS never hears of it. At
   * most 100.
   *
   * @default - none
   */
  readonly testAccounts?: readonly TestAccountConfiguration[];
  /**
   * How usage is collected, and how long AWS can wait for it.
   *
   * @default - every field's default
   */
  readonly usage?: UsageConfiguration;
  /**
   * Where buyers register.
   *
   * @default - on the page that the stack has
   */
  readonly registration?: RegistrationConfiguration;
  /**
   * Asks AWS for the offer, the end, the free trial's end and the renewal of each agreement. It gives a function the
   * permission `aws-marketplace:DescribeAgreement`.
   *
   * @default false
   */
  readonly agreementDetails?: boolean;
  /** Where buyers get help. AWS requires at least one of the two. */
  readonly support: SupportConfiguration;
  /**
   * The pages that buyers see.
   *
   * @default - pages without a name and a logo, in English
   */
  readonly page?: PagesConfiguration;
}

/** One product of the AWS Marketplace listing. */
export interface ProductConfiguration {
  /** As the AWS Marketplace Management Portal shows it: 1 to 255 of `a-z A-Z 0-9 - / = : _ . @`. */
  readonly productCode: string;
  /**
   * The product's identifier in the AWS Marketplace Catalog API, `prod-` and letters or digits. `npm run ops -- doctor`
   * compares this product with the listing by it.
   *
   * @default - doctor looks for the product code in all your products, which needs `aws-marketplace:ListEntities`
   */
  readonly productId?: string;
  /** Shown to buyers: 1 to 200 characters. */
  readonly name: string;
  /**
   * How AWS identifies the customer: `license` (AWS account and licence) for products created since 2026-06-01, `legacy`
   * (customer identifier and product code) for older ones. It is never guessed, because AWS bills an hour twice if it is
   * reported under both identities. An older product stays `legacy` while and after its customers move to licences.
   *
   * @default 'license'
   */
  readonly identityMode?: 'license' | 'legacy';
  /**
   * `legacy` products only: a customer who registers moves to the licence that AWS returns.
   *
   * @default false
   */
  readonly moveAtRegistration?: boolean;
  /**
   * `subscription` meters all usage, `contract` meters nothing, `contractWithConsumption` meters the usage that the
   * entitlements do not cover.
   */
  readonly pricingModel: 'subscription' | 'contract' | 'contractWithConsumption';
  /** What is sold: 1 to 1,000 dimensions, each `apiName` once. */
  readonly dimensions: readonly DimensionConfiguration[];
  /**
   * When a contract's amounts start again. `contractWithConsumption` products only, which require it.
   *
   * @default - none
   */
  readonly contractPeriod?: ContractPeriodConfiguration;
  /**
   * `contractWithConsumption` products only: dimensions whose entitlements cover no usage, though they are numbers.
   *
   * @default - none
   */
  readonly ignoredEntitlements?: readonly string[];
  /**
   * Tag keys that usage events may have for the buyer's cost allocation: at most 5, each with 1 to 100 of the characters
   * `a-z A-Z 0-9 + - = . _ : / @` and space.
   *
   * @default - none
   */
  readonly allocationTagKeys?: readonly string[];
  /**
   * The first hour of use that is billed, in UTC: `2026-12-01T00:00Z`. Earlier usage is withheld: it goes through everything,
   * but AWS never hears of it. `notYet`: all usage is withheld. The hour stays in the configuration after it has come,
   * because usage of an earlier hour may still arrive.
   *
   * @default - all usage is billed
   */
  readonly liveFrom?: string;
  /**
   * Where buyers of this product go after the registration: an https address.
   *
   * @default - `page.nextUrl`
   */
  readonly nextUrl?: string;
}

/** One dimension of a product. */
export interface DimensionConfiguration {
  /** The API identifier of the dimension in the listing; case-sensitive, 1 to 255 characters. */
  readonly apiName: string;
  /** The label of one unit, in the singular: `request`, `GB-hour`. */
  readonly unit: string;
  /**
   * What buyers read instead of the API identifier, on the registration page.
   *
   * @default - `apiName`
   */
  readonly label?: string;
  /**
   * `contractWithConsumption` products only, which require it: the dimension whose entitlement covers usage of this one,
   * so that only the overage is metered; null: all usage is metered.
   *
   * @default - none
   */
  readonly coveredBy?: string | null;
  /**
   * How usage is billed: `decimal` to the millionth, `whole` in whole units (seats, for example), with the rest carried to
   * the next hour.
   *
   * @default 'decimal'
   */
  readonly quantities?: 'decimal' | 'whole';
  /**
   * Whether hours with nothing to bill are sent as 0 while the subscription is active.
   *
   * @default false
   */
  readonly zeroRecords?: boolean;
  /**
   * An hour that would bill more units waits for the operator: a quantity above 0 with at most 6 decimals, best as text.
   *
   * @default - no hour waits
   */
  readonly maxPerHour?: string | number;
}

/** `anniversary`: every `months` (1 to 120, default 1) from the activation. `calendarMonth`: UTC months. */
export type ContractPeriodConfiguration =
  { readonly kind: 'calendarMonth' } | { readonly kind: 'anniversary'; readonly months?: number };

/** An AWS account whose usage is withheld, whatever it subscribed to. */
export interface TestAccountConfiguration {
  /** The 12 digits of the AWS account id. */
  readonly account: string;
  /**
   * The first hour of use that is withheld, in UTC: `2026-12-01T00:00Z`.
   *
   * @default - from the beginning
   */
  readonly from?: string;
  /**
   * The first hour of use that is billed again, in UTC. Like `liveFrom`, it stays in the configuration.
   *
   * @default - none
   */
  readonly until?: string;
}

/** How usage is collected, and how long AWS can wait for it. */
export interface UsageConfiguration {
  /**
   * How old an event may be when it arrives: 1 to 720 hours. Older events are refused with a reason.
   *
   * @default 24
   */
  readonly latenessHours?: number;
  /**
   * How long after its end an hour waits for late events before it is sealed: 1 to 50 minutes.
   *
   * @default 5
   */
  readonly graceMinutes?: number;
  /**
   * How long the stream collects events before they are aggregated: 0 to 300 seconds. Longer is cheaper.
   *
   * @default 60
   */
  readonly batchingWindowSeconds?: number;
  /**
   * How long a usage event is kept: 35 to 3,650 days. Its id is protected against duplicates for as long.
   *
   * @default 90
   */
  readonly eventRetentionDays?: number;
  /**
   * For usage that was never sent and whose hour AWS no longer accepts: `carry` bills it with the next hour that can be
   * sent, `expire` does not bill it. Both are accounted for.
   *
   * @default 'carry'
   */
  readonly unsendableUsage?: 'carry' | 'expire';
  /**
   * How many hours before the end of AWS's window usage that is held back can wait no longer: 1 to 20.
   *
   * @default 4
   */
  readonly holdUntilHours?: number;
  /**
   * What becomes of it then: `carry` moves it to a later hour, where it is held again; `send` sends it.
   *
   * @default 'carry'
   */
  readonly heldUsage?: 'carry' | 'send';
  /**
   * How many calls of BatchMeterUsage metering makes in a second at most: 1 to 9.8, each with up to 25 records. AWS allows 10
   * for the account, and everything else in the account that calls it shares them.
   *
   * @default 8
   */
  readonly meteringCallsPerSecond?: number;
}

/** Where buyers register. */
export interface RegistrationConfiguration {
  /**
   * Your own sign-up page, which buyers reach with a one-time code: an https address.
   *
   * @default - the page that the stack has
   */
  readonly signUpUrl?: string;
  /**
   * Deletes the contact data of a customer this many days after the last of its subscriptions ended: 1 to 3,650.
   *
   * @default - contact data stays until you erase it
   */
  readonly contactRetentionDays?: number;
}

/** Where buyers get help; at least one of the two. */
export interface SupportConfiguration {
  /** @default - none */
  readonly email?: string;
  /**
   * An https address.
   *
   * @default - none
   */
  readonly url?: string;
}
