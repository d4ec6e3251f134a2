import type { Subscription } from './subscription';

/** What AWS knows a subscription by. One identity belongs to one subscription, for ever. */
export type Identity =
  { kind: 'license'; licenseId: string } | { kind: 'legacyCustomer'; productCode: string; customerIdentifier: string };

/** One text per identity; ids are free of `#`, product codes too. */
export function identityKey(identity: Identity): string {
  switch (identity.kind) {
    case 'license':
      return `license#${identity.licenseId}`;
    case 'legacyCustomer':
      return `customer#${identity.productCode}#${identity.customerIdentifier}`;
  }
}

/**
 * The id of the subscription whose first identity this is: the same for whoever computes it, so that a registration
 * and a licence event that arrive at the same moment create one subscription, not two.
 */
export function mintSubscriptionId(identity: Identity, sha256Hex: (text: string) => string): string {
  return `s-${sha256Hex(identityKey(identity)).slice(0, 26)}`;
}

/** A subscription nobody has stored yet. Version 0: storing makes it 1. */
export function newSubscription(subscriptionId: string, productCode: string): Subscription {
  return { subscriptionId, productCode, state: 'pending', stateReason: 'created', version: 0 };
}
