import { LICENSE_ARN } from './marketplace-limits';
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

/** `l-` and its digits, at the end of any shape of an ARN. AWS uses 32; the limit keeps it within a DynamoDB key. */
const LICENSE_ID = /(?<=^|[:/])l-[0-9a-zA-Z]{1,200}$/;

/** What follows the last separator of an ARN. An ARN that ends with the type names no licence. */
const LAST_PART = /(?<=[:/])(?!license$)[^:/]{1,200}$/;

/**
 * The id within a licence ARN; undefined when there is none. Subscription ids are minted from it, so what it gives for an
 * ARN never changes.
 *
 * EventBridge shows the same licence in several shapes (`arn:…:license:l-…`, without `arn:`, `…:l-…`,
 * `…:license/l-…`), in which an id of `l-` and digits is found anywhere, in lower case. Other ids (`lic-…`, `l-` and a
 * UUID) keep their case, and stand in whole ARNs only. Compare licences by this id, never by ARN.
 */
export function toLicenseId(licenseArn: string): string | undefined {
  const arn = licenseArn.trim();
  const id = LICENSE_ID.exec(arn)?.[0].toLowerCase();
  return id ?? (LICENSE_ARN.test(arn) ? LAST_PART.exec(arn)?.[0] : undefined);
}
