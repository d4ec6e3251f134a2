import type { Operation } from './faults';
import type { ServiceErrorType } from './service-error';

export interface Product {
  productCode: string;
  productId: string;
  name: string;
  /**
   * How AWS identifies the customer. `license`: by account id and license ARN (products created since 2026-06-01).
   * `legacy`: by customer identifier.
   */
  identityMode: 'license' | 'legacy';
  pricingModel: 'subscription' | 'contract' | 'contractWithConsumption';
  /** API identifiers; case-sensitive. */
  dimensions: string[];
  /** What the listing says of a dimension, by its identifier. Default: what goes with the pricing model. */
  dimensionTypes?: Record<string, DimensionType[]>;
}

/** `Entitled`: a contract has an amount of it. `ExternallyMetered`: the seller meters it with BatchMeterUsage (GUIDE). */
export type DimensionType = 'Entitled' | 'ExternallyMetered';

export interface Offer {
  offerId: string;
  productCode: string;
  name: string;
  freeTrial: boolean;
  /** Set on a private offer: only this account may accept it. */
  buyerAccountId?: string;
  /** When the agreement starts; absent: on acceptance. */
  startsAtMs?: number;
  /** Set on a channel partner's offer: the partner is the proposer, the seller only the manufacturer. */
  channelPartner?: { accountId: string; resaleAuthorizationId: string };
}

export interface Buyer {
  /** Twelve digits. */
  accountId: string;
  name: string;
  /** The CustomerIdentifier that ResolveCustomer returns for legacy products. */
  customerIdentifier: string;
  /** Usage of a suspended account gets CustomerNotSubscribed. */
  suspended: boolean;
}

export type EntitlementValue =
  { IntegerValue: number } | { DoubleValue: number } | { BooleanValue: boolean } | { StringValue: string };

export interface Entitlement {
  dimension: string;
  value: EntitlementValue;
}

/** Why an agreement and its license ended. After RENEWED or REPLACED the license continues under the next agreement. */
export type EndStatus = 'CANCELLED' | 'EXPIRED' | 'TERMINATED';

/** An accepted offer and its license. Times are whole seconds, in milliseconds since the epoch. */
export interface Agreement {
  agreementId: string;
  /** The agreement that this one renews or replaces. */
  previousAgreementId?: string;
  intent: 'NEW' | 'RENEW' | 'REPLACE';
  status: 'ACTIVE' | EndStatus | 'RENEWED' | 'REPLACED';
  productCode: string;
  offerId: string;
  accountId: string;
  licenseArn: string;
  freeTrial: boolean;
  /** When the free trial ends, and the agreement goes on as a paid one. */
  trialEndsAtMs?: number;
  /** Whether the contract is renewed when it ends, if the buyer could choose. Absent: the offer has no renewal term. */
  autoRenew?: boolean;
  entitlements: Entitlement[];
  acceptedAtMs: number;
  /** Set when the agreement starts later than it was accepted. */
  startsAtMs?: number;
  /** Legacy products: the subscription fails (`subscribe-fail`). */
  fails?: boolean;
  /** When the license becomes active, unless something ends it first. */
  activatesAtMs: number;
  activatedAtMs?: number;
  /** When the contract expires; absent: never. */
  endsAtMs?: number;
  /** When the agreement or its license ended, whichever came first. Final usage is accepted for an hour after it. */
  endedAtMs?: number;
  deprovisionAtMs?: number;
  deprovisionedAtMs?: number;
}

export interface RegistrationToken {
  token: string;
  agreementId: string;
  expiresAtMs: number;
  used: boolean;
}

export interface Allocation {
  /** Decimal text, as in `BilledRecord`. */
  quantity: string;
  tags: { key: string; value: string }[];
}

/** A usage record as AWS bills it: the first one received with its key. */
export interface BilledRecord {
  meteringRecordId: string;
  /**
   * `product`: metered with a request-level ProductCode. `license`: metered without it. AWS bills each identity
   * separately.
   */
  form: 'product' | 'license';
  productCode: string;
  accountId: string;
  licenseArn?: string;
  dimension: string;
  /** Start of the hour, ISO 8601 UTC. */
  hour: string;
  timestamp: string;
  /**
   * Decimal text, the same for the same value in either form of the request: no exponent, no leading or trailing zero,
   * at most six decimals.
   */
  quantity: string;
  allocations: Allocation[];
  billedAt: string;
  /** AWS charges nothing for usage during a free trial. */
  freeTrial: boolean;
}

/** What AWS bills once: a customer's hour of a dimension, under each of the two identities. */
export function deduplicationKey({
  form,
  productCode,
  accountId,
  licenseArn = '',
  dimension,
  hour,
}: Pick<BilledRecord, 'form' | 'productCode' | 'accountId' | 'licenseArn' | 'dimension' | 'hour'>): string {
  return JSON.stringify([form, productCode, accountId, licenseArn, dimension, hour]);
}

export interface CallRecord {
  at: string;
  operation: Operation;
  outcome: 'answered' | 'dropped' | ServiceErrorType;
  /** BatchMeterUsage: the number of usage records in the request. */
  records: number;
  productCodes: string[];
}

/** An event as EventBridge delivers it. */
export interface EventBridgeEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: 'aws.agreement-marketplace';
  account: string;
  time: string;
  region: 'us-east-1';
  resources: string[];
  detail: Record<string, unknown>;
}

/** A message on an SNS topic of a legacy product. AWS Marketplace puts neither an id nor a time into it. */
export interface SnsNotification {
  topicArn: string;
  message: string;
}

export class MarketplaceState {
  readonly products = new Map<string, Product>();
  readonly offers = new Map<string, Offer>();
  readonly buyers = new Map<string, Buyer>();
  readonly agreements = new Map<string, Agreement>();
  /** The current agreement of each license, by license ARN. */
  readonly licenses = new Map<string, Agreement>();
  readonly tokens = new Map<string, RegistrationToken>();
  /** By deduplication key. */
  readonly billed = new Map<string, BilledRecord>();
  readonly calls: CallRecord[] = [];
  readonly events: EventBridgeEvent[] = [];
  readonly notifications: SnsNotification[] = [];
}
