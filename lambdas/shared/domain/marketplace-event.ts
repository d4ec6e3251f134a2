import type { Announcement } from './announcement';
import type {
  AgreementLifecycleEvent,
  CustomerLifecycleEvent,
  EntitlementEvent,
  LicenseLifecycleEvent,
  RenewalEvent,
} from './lifecycle-event';

/** An event from AWS Marketplace, kept as received. */
export interface KeptEvent {
  id: string;
  detailType: string;
  /** ISO 8601 UTC. */
  time: string;
  agreementId?: string;
  /** The event's `detail` as JSON text. */
  detail: string;
}

/** An event about a licence. */
export interface LicenseEvent {
  kind: 'license';
  event: LicenseLifecycleEvent;
  productCode?: string;
  kept: KeptEvent;
}

/** An event about a whole agreement. */
export interface AgreementEvent {
  kind: 'agreement';
  /** Absent when it changes no subscription. */
  event?: AgreementLifecycleEvent | EntitlementEvent | RenewalEvent;
  /** Told to the seller, for every subscription under the agreement. */
  announcement?: Announcement;
  agreementId: string;
  kept: KeptEvent;
}

/** An SNS notification about a customer of an older product. */
export interface CustomerEvent {
  kind: 'customer';
  productCode: string;
  customerIdentifier: string;
  event: CustomerLifecycleEvent | EntitlementEvent;
  kept: KeptEvent;
}

/** An event that does not concern a subscription, or whose kind is unknown. */
export interface OtherEvent {
  kind: 'other';
  kept: KeptEvent;
}

/** EventBridge reports licences and agreements; SNS reports customers of older products. */
export type MarketplaceEvent = LicenseEvent | AgreementEvent | CustomerEvent | OtherEvent;
