import * as z from 'zod';

/**
 * What the seller's application is told: the `detail` of the events on this project's EventBridge bus, one schema per
 * kind (`detail-type`). A field is only ever added within a `schemaVersion`; anything else is a new version.
 *
 * Delivery is at least once and order is not promised: act on the highest `version` of a subscription and ignore lower
 * ones. Versions may have gaps. No notice holds personal data; a registration's contact is in the Registrations table.
 */
export const NOTICE_EVENT_SOURCE = 'marketplace-saas';

const common = {
  schemaVersion: z.literal(1),
  subscriptionId: z.string().min(1).max(200),
  /** Counts this subscription's changes: the order of its notices. */
  version: z.int().positive(),
  /** When the change was stored, ISO 8601 UTC. */
  time: z.iso.datetime(),
  productCode: z.string(),
  state: z.enum(['pending', 'active', 'ending', 'ended']),
  customerAWSAccountId: z.string().optional(),
  licenseArn: z.string().optional(),
  customerIdentifier: z.string().optional(),
  freeTrial: z.boolean(),
};

/** AWS bills usage of this subscription from `activatedAt` on. */
const subscriptionActivated = z.object({
  kind: z.literal('SubscriptionActivated'),
  ...common,
  activatedAt: z.string(),
});

/** No more usage is taken; AWS accepts the last of it for about an hour after `endingAt`. */
const subscriptionEnding = z.object({ kind: z.literal('SubscriptionEnding'), ...common, endingAt: z.string() });

/** Everything of it that AWS takes has been metered; what came too late has expired. */
const subscriptionEnded = z.object({ kind: z.literal('SubscriptionEnded'), ...common, endingAt: z.string() });
/** One value a dimension. Numbers are texts with all their digits. */
const entitlement = z.object({
  dimension: z.string(),
  kind: z.enum(['integer', 'double', 'boolean', 'string']),
  value: z.union([z.string(), z.boolean()]),
  /** The minimum date of validity: a renewal extends it. */
  expiresAt: z.string().optional(),
});

/** What the contract gives is other than it was. The whole list; an empty one says that it gives nothing any more. */
const entitlementsChanged = z.object({
  kind: z.literal('EntitlementsChanged'),
  ...common,
  entitlements: z.array(entitlement),
  /** When AWS was asked. */
  checkedAt: z.string(),
});

/** The buyer filled in the registration form, for the first time or again. */
const registrationCompleted = z.object({ kind: z.literal('RegistrationCompleted'), ...common });

export const noticeSchema = z.discriminatedUnion('kind', [
  subscriptionActivated,
  subscriptionEnding,
  subscriptionEnded,
  entitlementsChanged,
  registrationCompleted,
]);

export type Notice = z.infer<typeof noticeSchema>;
