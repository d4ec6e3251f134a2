import type { Operation } from './faults';
import type { MarketplaceEvent } from './events';
import type { MarketplaceNotification } from './notifications';
import type { ServiceErrorType } from './service-error';

export interface Product {
  productCode: string;
  productId: string;
  name: string;
  /** `license`: known by account id and licence ARN (products since 2026-06-01). `legacy`: by customer identifier. */
  identityMode: 'license' | 'legacy';
  pricingModel: 'subscription' | 'contract' | 'contractWithConsumption';
  /** API names; case-sensitive. */
  dimensions: string[];
}

export interface Offer {
  offerId: string;
  productCode: string;
  name: string;
  freeTrial: boolean;
  /** A private offer: this account alone may accept it. */
  buyerAccountId?: string;
  /** When an agreement that accepts it begins; absent: at once. */
  startsAtMs?: number;
  /** A channel partner's offer: the partner proposes the agreement, the seller is its manufacturer only. */
  channelPartner?: { accountId: string; resaleAuthorizationId: string };
}

export interface Buyer {
  /** Twelve digits. */
  accountId: string;
  name: string;
  /** What ResolveCustomer calls this buyer for legacy products. */
  customerIdentifier: string;
  /** A suspended account's usage is answered CustomerNotSubscribed. */
  suspended: boolean;
}

/** Exactly one field is set. */
export type EntitlementValue =
  { IntegerValue: number } | { DoubleValue: number } | { BooleanValue: boolean } | { StringValue: string };

export interface Entitlement {
  dimension: string;
  value: EntitlementValue;
}

/** Why an agreement ended. After RENEWED and REPLACED the licence lives on under the next agreement. */
export type EndStatus = 'CANCELLED' | 'EXPIRED' | 'TERMINATED';
export type AgreementStatus = 'ACTIVE' | EndStatus | 'RENEWED' | 'REPLACED';

/** A purchase and its licence. All times in milliseconds since the epoch, on whole seconds. */
export interface Agreement {
  agreementId: string;
  intent: 'NEW' | 'RENEW' | 'REPLACE';
  status: AgreementStatus;
  productCode: string;
  offerId: string;
  accountId: string;
  licenseArn: string;
  freeTrial: boolean;
  entitlements: Entitlement[];
  acceptedAtMs: number;
  /** When it begins, if that is later than its acceptance. */
  startsAtMs?: number;
  /** An older product's subscription that does not come about (`subscribe-fail`). */
  fails?: boolean;
  /** When the licence is due to become active. */
  activatesAtMs: number;
  activatedAtMs?: number;
  /** When the contract runs out; absent: it does not. */
  endsAtMs?: number;
  /** The first moment the agreement or its licence was over: opens the window for the last usage. */
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
  quantity: number;
  tags: { key: string; value: string }[];
}

/** One line of AWS's bill: what the first record with its key said. */
export interface BilledRecord {
  meteringRecordId: string;
  /** `product`: metered with a request-level ProductCode; `license`: without. The two are billed apart. */
  form: 'product' | 'license';
  productCode: string;
  accountId: string;
  licenseArn?: string;
  dimension: string;
  /** Start of the hour, ISO 8601 UTC. */
  hour: string;
  timestamp: string;
  quantity: number;
  allocations: Allocation[];
  billedAt: string;
  /** AWS prices the usage of a free trial at zero. */
  freeTrial: boolean;
}

export interface CallRecord {
  at: string;
  operation: Operation;
  outcome: 'answered' | 'dropped' | ServiceErrorType;
  /** BatchMeterUsage: how many usage records the request held. */
  records: number;
  productCodes: string[];
}

export interface MarketplaceState {
  products: Map<string, Product>;
  offers: Map<string, Offer>;
  buyers: Map<string, Buyer>;
  agreements: Map<string, Agreement>;
  /** The agreement that holds a licence now, by licence ARN. */
  licenses: Map<string, Agreement>;
  tokens: Map<string, RegistrationToken>;
  /** By deduplication key. */
  billed: Map<string, BilledRecord>;
  calls: CallRecord[];
  events: MarketplaceEvent[];
  notifications: MarketplaceNotification[];
}

export function emptyState(): MarketplaceState {
  return {
    products: new Map(),
    offers: new Map(),
    buyers: new Map(),
    agreements: new Map(),
    licenses: new Map(),
    tokens: new Map(),
    billed: new Map(),
    calls: [],
    events: [],
    notifications: [],
  };
}
