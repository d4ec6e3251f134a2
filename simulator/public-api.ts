import type { Order } from './buy';
import type { EndOptions } from './rules/agreements';
import type { AnnouncementKind } from './rules/announcements';
import type { Fault } from './rules/faults';
import type { DoubleBilling, LedgerTotal } from './rules/ledger';
import type { LicenseArnShape } from './rules/license-arn';
import type { Renewal } from './rules/renewal';
import type {
  Agreement,
  BilledRecord,
  Buyer,
  Entitlement,
  EventBridgeEvent,
  Product,
  SnsNotification,
} from './rules/state';
import type { IssuedToken } from './rules/tokens';

/** A product at the start. */
export interface StartProduct {
  productCode: string;
  /** The identifier in the Catalog API; default: any. */
  productId?: string;
  name: string;
  /** API identifiers; case-sensitive. */
  dimensions: string[];
  /**
   * `license`: by account id and license ARN (products created since 2026-06-01). `legacy`: by customer identifier.
   * Default: `license`.
   */
  identityMode?: 'license' | 'legacy';
  /** Default: `subscription`. */
  pricingModel?: 'subscription' | 'contract' | 'contractWithConsumption';
}

/** A buyer at the start. */
export interface StartBuyer {
  /** Twelve digits. */
  accountId: string;
  name?: string;
  /** Usage of a suspended account gets CustomerNotSubscribed. */
  suspended?: boolean;
}

/** An agreement at the start. A time is ISO 8601 with its zone, or milliseconds since the epoch. */
export interface StartAgreement {
  /** Of one of the products. */
  productCode: string;
  /** The buyer. One that is not among the buyers is added. Default: a new one. */
  accountId?: string;
  /** How long before the start the buyer accepted: AWS refuses usage from before it. Default: 0. */
  acceptedDaysAgo?: number;
  freeTrial?: boolean;
  /** Free trials only. Default: 30 days after the acceptance. */
  trialEndsAt?: string | number;
  /** What a contract entitles to. Default: nothing. */
  entitlements?: Entitlement[];
  /** Makes it the acceptance of a private offer that starts later. */
  startsAt?: string | number;
  /** When a contract ends. Default: never. */
  endsAt?: string | number;
  /** The same, in days from the start of the simulator. */
  endsInDays?: number;
  /** `true` renews the contract at its end for the same time. */
  autoRenew?: boolean;
  /** From the acceptance to the license becoming active. Default: 0. */
  activationDelaySeconds?: number;
  licenseArnShape?: LicenseArnShape;
  /** Legacy products only: the subscription fails. */
  fails?: boolean;
}

/** What the simulator starts with: the content of a start file. */
export interface MarketplaceStart {
  /** For editors. The simulator does not read it. */
  $schema?: string;
  /** The same seed and calls produce the same ids and faults. Default: 1. */
  seed?: number;
  /** Simulated time at the start: ISO 8601 with its zone, or milliseconds since the epoch. Default: the machine's time. */
  clock?: string | number;
  /** Whether the clock moves only when it is told to. Default: `false`. */
  clockStands?: boolean;
  /** Where *Set up your account* posts the registration token. */
  registrationUrl?: string;
  /** Of registration tokens. Default: 1800. */
  tokenLifetimeSeconds?: number;
  /** Default: `repeatable`. */
  tokenUse?: 'repeatable' | 'singleUse';
  /** What AWS makes of decimal quantities. Default: `known`. */
  decimals?: 'known' | 'unknown' | 'refused';
  /** What AWS makes of a `ProductCode` beside a `LicenseArn`. Default: `accepted`. */
  productCodeWithLicense?: 'accepted' | 'refused';
  /** The shape of license ARNs in events. Default: `whole`. */
  eventLicenseArn?: 'whole' | 'withoutPrefix' | 'bareId' | 'slash' | 'inTurn';
  /** How events are delivered after the start: shares from 0 to 1. Default: once, at once and in order. */
  delivery?: { duplicate?: number; reorder?: number; delayNextSeconds?: number };
  /** At least one. */
  products: StartProduct[];
  buyers?: StartBuyer[];
  agreements?: StartAgreement[];
  /** Planted after the agreements were made. */
  faults?: Fault[];
}

/** How the simulator starts. */
export interface SimulatorOptions {
  /** What it starts with. Default: nothing. */
  start?: MarketplaceStart;
  /** Default: any free port. */
  port?: number;
  /** The address to bind. Default: `127.0.0.1`. There is no authentication. */
  host?: string;
  /** Host names, beside the loopback's and `host`, that requests may be addressed to. */
  allowHosts?: readonly string[];
  /** Continues what is in this file, and keeps the state there. If the file exists, `start` does not apply. */
  stateFile?: string;
  /** Where CloudTrail's log files are written, in the layout of a trail's bucket. Default: nowhere. */
  cloudTrailFolder?: string;
  /** Where *Set up your account* posts the registration token. */
  registrationUrl?: string;
  /** Where events are sent with `PutEvents`. Default: nowhere. */
  eventBridgeEndpoint?: string;
  /** Where notifications of legacy products are published. Default: `eventBridgeEndpoint`. */
  snsEndpoint?: string;
  /** Receives a sentence about each message that could not be delivered and each file that could not be written. */
  onFailure?(message: string): void;
}

/** Simulated time, in milliseconds since the epoch. Everything that is due happens when it moves. */
export interface SimulatorClock {
  now(): number;
  set(epochMs: number): void;
  advance(ms: number): void;
}

/**
 * What buyers, AWS and time do. A method with an agreement's id or an account throws an `Error` that names what is unknown or
 * why it is impossible.
 */
export interface MarketplaceControls {
  products(): Product[];
  buyers(): Buyer[];
  agreements(): Agreement[];
  agreement(agreementId: string): Agreement;
  /** Ends it now. Its license is deprovisioned later. */
  endAgreement(agreementId: string, options?: EndOptions): Agreement;
  /** Deprovisions its license now. */
  deprovision(agreementId: string): Agreement;
  /** Continues it in a new agreement, which is returned. */
  renew(agreementId: string, renewal?: Renewal): Agreement;
  /** Amends the contract. */
  changeEntitlements(agreementId: string, entitlements: Entitlement[]): Agreement;
  /** Sends an event that changes nothing. */
  announce(agreementId: string, kind: AnnouncementKind): Agreement;
  /** Default of `suspended`: `true`. */
  suspendBuyer(accountId: string, suspended?: boolean): Buyer;
  /** Issues the registration token that a buyer's browser brings to the seller. */
  issueToken(agreementId: string): IssuedToken;
  plantFault(fault: Fault): void;
  clearFaults(): void;
  /** Every EventBridge event so far, oldest first. */
  events(): readonly EventBridgeEvent[];
  /** Every SNS notification about a legacy product so far, oldest first. */
  notifications(): readonly SnsNotification[];
  /** Every usage record that AWS would bill. */
  ledger(): BilledRecord[];
  /** Its totals per customer, product, license, form and dimension. */
  ledgerTotals(): LedgerTotal[];
  /** Hours that AWS would bill twice, because they were metered both by product code and by license. */
  doubleBillings(): DoubleBilling[];
  /**
   * AWS's Daily Usage data feed as CSV, as far as it has been delivered: at each midnight UTC.
   * @param month - of the usage, such as `2026-11`; absent: all
   */
  dailyUsage(month?: string): string;
}

/** A simulator that answers. */
export interface RunningSimulator {
  /** Its URL: that of AWS's API, of the control API and of the pages. */
  readonly endpoint: string;
  /** Environment variables that point an AWS SDK or the AWS CLI at it, with region and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it continues the state of a file. */
  readonly isContinued: boolean;
  readonly clock: SimulatorClock;
  readonly marketplace: MarketplaceControls;
  /** Subscribes a buyer to a product. Throws an `Error` that says why it is impossible. */
  buy(order: Order): Agreement;
  setRegistrationUrl(url: string): void;
  setEventBridgeEndpoint(endpoint: string): void;
  /** Resolves when every event and notification so far has been delivered or has failed. */
  settled(): Promise<void>;
  /** Closes the port and every connection, ends every timer, and writes the files. Rejects when one cannot be written. */
  stop(): Promise<void>;
}
