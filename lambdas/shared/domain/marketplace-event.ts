import type {
  AgreementLifecycleEvent,
  CustomerLifecycleEvent,
  EntitlementEvent,
  LicenseLifecycleEvent,
} from './lifecycle-event';

/** An event of AWS Marketplace as it came. */
export interface KeptEvent {
  id: string;
  detailType: string;
  /** ISO 8601 UTC. */
  time: string;
  agreementId?: string;
  /** The event's `detail`, as JSON text: nothing in it is ours to interpret later than now. */
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
  event: AgreementLifecycleEvent | EntitlementEvent;
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

/** An event that says nothing about a subscription, or is of an unknown kind. */
export interface OtherEvent {
  kind: 'other';
  kept: KeptEvent;
}

/** A message of AWS Marketplace: EventBridge tells of licences and agreements, SNS of older products' customers. */
export type MarketplaceEvent = LicenseEvent | AgreementEvent | CustomerEvent | OtherEvent;
