import * as z from 'zod';

/**
 * What the seller's application is told: the `detail` of the events on this project's EventBridge bus, one schema per
 * kind (`detail-type`). A field is only ever added within a `schemaVersion`; anything else is a new version. The files
 * in `schemas/` are made from this one (`npm run schemas`).
 *
 * Delivery is at least once and order is not promised. Notices of a subscription's state carry its `version`: act on the
 * highest and ignore lower ones; versions may have gaps. Notices of a single fact carry a `noticeId`: each stands for
 * itself, whatever came before or after. No notice holds personal data; a registration's contact is in the
 * Registrations table.
 */
export const NOTICE_EVENT_SOURCE = 'marketplace-saas';

const schemaVersion = z.literal(1);
const time = z.iso.datetime().describe('When the change was stored, ISO 8601 UTC.');
const subscriptionId = z.string().min(1).max(200);

const state = {
  schemaVersion,
  subscriptionId,
  version: z.int().positive().describe("Counts this subscription's changes: the order of its notices. May have gaps."),
  time,
  productCode: z.string(),
  state: z.enum(['pending', 'active', 'ending', 'ended']),
  customerAWSAccountId: z.string().optional(),
  licenseArn: z.string().optional(),
  customerIdentifier: z.string().optional().describe('Of legacy products only.'),
  freeTrial: z.boolean(),
};

const subscriptionActivated = z
  .object({ kind: z.literal('SubscriptionActivated'), ...state, activatedAt: z.string() })
  .describe('AWS bills usage of this subscription from activatedAt on.');

const subscriptionEnding = z
  .object({ kind: z.literal('SubscriptionEnding'), ...state, endingAt: z.string() })
  .describe('No more usage is taken; AWS accepts the last of it for about an hour after endingAt.');

const subscriptionEnded = z
  .object({ kind: z.literal('SubscriptionEnded'), ...state, endingAt: z.string() })
  .describe('Everything of it that AWS takes has been metered; what came too late has expired.');

const entitlement = z
  .object({
    dimension: z.string(),
    kind: z.enum(['integer', 'double', 'boolean', 'string']),
    value: z.union([z.string(), z.boolean()]).describe('Numbers are texts with all their digits.'),
    expiresAt: z.string().optional().describe('The minimum date of validity: a renewal extends it.'),
  })
  .describe('One value a dimension.');

const entitlementsChanged = z
  .object({
    kind: z.literal('EntitlementsChanged'),
    ...state,
    entitlements: z.array(entitlement).describe('The whole list; an empty one gives nothing any more.'),
    checkedAt: z.string().describe('When AWS was asked.'),
  })
  .describe('What the contract gives is other than it was.');

const registrationCompleted = z
  .object({ kind: z.literal('RegistrationCompleted'), ...state })
  .describe('The buyer filled in the registration form, for the first time or again.');

const fact = {
  schemaVersion,
  noticeId: z.string().describe('What it tells of, by its key in the HourlyUsage table: the same again is the same.'),
  time,
};

const usageRejected = z
  .object({
    kind: z.literal('UsageRejected'),
    ...fact,
    subscriptionId: subscriptionId.optional().describe('Absent when the item names none.'),
    reason: z.string().describe("One of POST /usage's reasons, or overwritten: changed after it was stored."),
    message: z.string().describe('A sentence for whoever put the event.'),
    usageEventPk: z.string().describe('The key of the item in the UsageEvents table.'),
  })
  .describe('An item of the UsageEvents table is not billed as it stands.');

const refusedRecord = z
  .object({
    productCode: z.string(),
    customerAWSAccountId: z.string().optional(),
    licenseArn: z.string().optional(),
    customerIdentifier: z.string().optional(),
    timestamp: z.iso.datetime(),
    quantity: z.int().nonnegative(),
  })
  .describe('The request as it was frozen, without its allocations; absent when the hour never had one.');

const meteringRejected = z
  .object({
    kind: z.literal('MeteringRejected'),
    ...fact,
    subscriptionId,
    subscriptionVersion: z
      .int()
      .nonnegative()
      .optional()
      .describe('The version of the subscription under which it was decided.'),
    dimension: z.string(),
    hour: z.string().describe('The hour of use in UTC, as in 2026-11-23T05.'),
    outcome: z
      .enum(['rejected', 'expired', 'unconfirmed'])
      .describe('AWS said no for good; never taken and too late now; or sent without an answer that arrived.'),
    reason: z
      .string()
      .describe("conflict, notSubscribed, AWS's exception; unprocessed, windowClosed, subscriptionOver; noAnswer."),
    quantity: z.string().describe('What is not billed, a decimal with all its digits.'),
    record: refusedRecord.optional(),
  })
  .describe('Usage of one dimension in one hour will not be billed, or nobody knows whether it is (unconfirmed).');

export const noticeSchema = z.discriminatedUnion('kind', [
  subscriptionActivated,
  subscriptionEnding,
  subscriptionEnded,
  entitlementsChanged,
  registrationCompleted,
  usageRejected,
  meteringRejected,
]);

export type Notice = z.infer<typeof noticeSchema>;
/** Those that tell of a subscription's state, in the order of its versions. */
export type StateNotice = Extract<Notice, { version: number }>;
export type NoticeOf<Kind extends Notice['kind']> = Extract<Notice, { kind: Kind }>;
