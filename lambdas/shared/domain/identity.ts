import type { Subscription } from './subscription';

/** How AWS identifies a subscription. An identity belongs to the same subscription for ever. */
export type Identity =
  { kind: 'license'; licenseId: string } | { kind: 'legacyCustomer'; productCode: string; customerIdentifier: string };

/** A unique text per identity; neither ids nor product codes contain `#`. */
export function identityKey(identity: Identity): string {
  switch (identity.kind) {
    case 'license':
      return `license#${identity.licenseId}`;
    case 'legacyCustomer':
      return `customer#${identity.productCode}#${identity.customerIdentifier}`;
  }
}

/**
 * The id of the subscription whose first identity this is. It is derived from the identity, so that a registration and
 * a licence event that arrive at the same moment create one subscription, not two.
 */
export function mintSubscriptionId(identity: Identity, sha256Hex: (text: string) => string): string {
  return `s-${sha256Hex(identityKey(identity)).slice(0, 26)}`;
}

/** A subscription that is not stored yet (version 0). */
export function newSubscription(subscriptionId: string, productCode: string): Subscription {
  return { subscriptionId, productCode, state: 'pending', stateReason: 'created', version: 0 };
}

/** `l-` and its hexadecimal digits, at the end of the ARN. AWS uses 32; the limit keeps it within a DynamoDB key. */
const LICENSE_ID = /(?<=^|[:/])l-[0-9a-zA-Z]{1,200}$/;

/**
 * The `l-…` id within a licence ARN, in lower case; undefined when there is none.
 *
 * EventBridge shows the same licence in several shapes (`arn:…:license:l-…`, without `arn:`, `…:l-…`,
 * `…:license/l-…`). Compare licences by this id, never by ARN.
 */
export function toLicenseId(licenseArn: string): string | undefined {
  return LICENSE_ID.exec(licenseArn.trim())?.[0].toLowerCase();
}
