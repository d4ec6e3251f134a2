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

/** The buyer filled in the registration form, for the first time or again. */
const registrationCompleted = z.object({ kind: z.literal('RegistrationCompleted'), ...common });

export const noticeSchema = z.discriminatedUnion('kind', [
  subscriptionActivated,
  subscriptionEnding,
  registrationCompleted,
]);

export type Notice = z.infer<typeof noticeSchema>;
