import * as z from 'zod';

/**
 * Notices to the seller's application: the `detail` of the events on this project's EventBridge bus, one schema per
 * kind (`detail-type`). Within a `schemaVersion` fields are only added; every other change needs a new version. The
 * files in `schemas/` are generated from this one by `npm run schemas`.
 *
 * Delivery is at least once and unordered. Notices of a subscription's state carry its `version`: act on the highest
 * and ignore lower ones. Versions may have gaps. Notices of a single fact carry a `noticeId` and do not depend on each
 * other. No notice contains personal data; a registration's contact is in the Registrations table.
 */
export const NOTICE_EVENT_SOURCE = 'marketplace-saas';

const schemaVersion = z.literal(1);
const time = z.iso.datetime().describe('When the change was stored, ISO 8601 UTC.');
const subscriptionId = z.string().min(1).max(200);

const state = {
  schemaVersion,
  subscriptionId,
  version: z.int().positive().describe("Counts the subscription's changes and orders its notices. May have gaps."),
  time,
  productCode: z.string(),
  state: z.enum(['pending', 'active', 'ending', 'ended']),
  customerAWSAccountId: z.string().optional(),
  licenseArn: z.string().optional(),
  customerIdentifier: z.string().optional().describe('Legacy products only.'),
  agreementId: z.string().optional().describe('The agreement that the subscription is under. A renewal changes it.'),
  previousAgreementId: z
    .string()
    .optional()
    .describe('The agreement that this one renews or replaces. A subscription of another licence may carry its id.'),
  freeTrial: z.boolean(),
  freeTrialFrom: z
    .literal('browser')
    .optional()
    .describe("Only the buyer's browser says that it is a free trial. Anybody can make a browser say so."),
};

const subscriptionActivated = z
  .object({ kind: z.literal('SubscriptionActivated'), ...state, activatedAt: z.string() })
  .describe('AWS bills usage of this subscription from activatedAt, the start of its current period.');

const subscriptionEnding = z
  .object({ kind: z.literal('SubscriptionEnding'), ...state, endingAt: z.string() })
  .describe('New usage is refused. AWS accepts earlier usage for about an hour after endingAt.');

const subscriptionEnded = z
  .object({ kind: z.literal('SubscriptionEnded'), ...state, endingAt: z.string() })
  .describe('All usage that AWS accepts has been metered. Usage that arrived too late has expired.');

const entitlement = z
  .object({
    dimension: z.string(),
    kind: z.enum(['integer', 'double', 'boolean', 'string']),
    value: z.union([z.string(), z.boolean()]).describe('Numbers are strings with all their digits.'),
    expiresAt: z.string().optional().describe('The entitlement is valid at least until then. A renewal extends it.'),
  })
  .describe('One value of a dimension.');

const entitlementsChanged = z
  .object({
    kind: z.literal('EntitlementsChanged'),
    ...state,
    entitlements: z
      .array(entitlement)
      .describe('The complete list. If it is empty, the contract gives nothing any more.'),
    checkedAt: z.string().describe('When AWS was asked.'),
    unnamed: z
      .array(z.string())
      .optional()
      .describe('Dimensions with a number that the configuration does not name: they cover no usage.'),
  })
  .describe('The entitlements of the contract have changed.');

const registrationCompleted = z
  .object({ kind: z.literal('RegistrationCompleted'), ...state })
  .describe('The buyer completed the registration form, for the first time or again.');

const fact = {
  schemaVersion,
  noticeId: z
    .string()
    .describe('Starts with the key of the item in the HourlyUsage table. Ignore a notice whose id you have seen.'),
  time,
};

const agreementId = z.string().describe('The agreement that the subscription was under.');

const usageRejected = z
  .object({
    kind: z.literal('UsageRejected'),
    ...fact,
    subscriptionId: subscriptionId.optional().describe('Absent when the item names none.'),
    agreementId: agreementId.optional(),
    reason: z.string().describe('A reason of POST /usage, or overwritten: the item was changed after it was stored.'),
    message: z.string().describe('A sentence for the sender of the event.'),
    usageEventPk: z.string().describe('The key of the item in the UsageEvents table.'),
  })
  .describe('An item of the UsageEvents table is not billed, or not as it is now.');

const refusedRecord = z
  .object({
    productCode: z.string(),
    customerAWSAccountId: z.string().optional(),
    licenseArn: z.string().optional(),
    customerIdentifier: z.string().optional(),
    timestamp: z.iso.datetime(),
    quantity: z.string().describe('Decimal text, as AWS was told it: 15.8.'),
  })
  .describe('The frozen request without its allocations.');

const decidedHour = {
  subscriptionVersion: z.int().nonnegative().optional().describe('The version of the subscription at the decision.'),
  agreementId: agreementId.optional(),
  dimension: z.string(),
  hour: z.string().describe('The hour of use in UTC, for example 2026-11-23T05.'),
};

const meteringRejected = z
  .object({
    kind: z.literal('MeteringRejected'),
    ...fact,
    subscriptionId,
    ...decidedHour,
    outcome: z
      .enum(['rejected', 'expired', 'unconfirmed'])
      .describe(
        'rejected: AWS refused it, or nobody was subscribed then. expired: too late, and AWS never accepted it. unconfirmed: AWS did not answer, or ' +
          'repeated another quantity.',
      ),
    reason: z
      .string()
      .describe(
        "conflict, notSubscribed, AWS's exception, notSubscribedThen; unprocessed, windowClosed, subscriptionOver; " +
          'noAnswer, conflictInDoubt, echoDiffers.',
      ),
    quantity: z.string().describe('The quantity that is not billed, a decimal with all its digits.'),
    record: refusedRecord.optional().describe('Absent when the hour never had one.'),
  })
  .describe('AWS will not bill usage of one dimension in one hour, or may not have billed it (unconfirmed).');

const meteringSettled = z
  .object({
    kind: z.literal('MeteringSettled'),
    ...fact,
    noticeId: z.string().describe('The key of the hour and #settled. Ignore a notice whose id you have seen.'),
    subscriptionId,
    ...decidedHour,
    outcome: z
      .enum(['billed', 'carried'])
      .describe('billed: AWS bills the quantity. carried: AWS does not; it is billed with later usage.'),
    reason: z.string().describe("The operator's reason code and ticket id."),
    quantity: z.string().describe('Decimal text.'),
    meteringRecordId: z.string().optional().describe("With billed: AWS's id of the record, if known."),
    record: refusedRecord,
  })
  .describe('The operator ended an hour that was told as unconfirmed.');

const usageWithheld = z
  .object({
    kind: z.literal('UsageWithheld'),
    ...fact,
    noticeId: z.string().describe('The key of the hour and #withheld. Ignore a notice whose id you have seen.'),
    subscriptionId,
    ...decidedHour,
    reason: z.enum(['dryRun', 'testAccount']).describe('dryRun: before liveFrom. testAccount: one of testAccounts.'),
    quantity: z.string().describe('The quantity that is withheld, a decimal with all its digits.'),
  })
  .describe('Usage of one dimension in one hour was a test. AWS is never told of it.');

const usageHeld = z
  .object({
    kind: z.literal('UsageHeld'),
    ...fact,
    noticeId: z
      .string()
      .describe('The key of the hour, #held and the quantity. Ignore a notice whose id you have seen.'),
    subscriptionId,
    ...decidedHour,
    quantity: z.string().describe('The quantity that would be billed, decimal text.'),
    maxPerHour: z.string().describe('The maximum in the configuration, decimal text.'),
    waitsUntil: z.iso.datetime().describe('When the hour is sent or carried, as configured, unless somebody decides.'),
  })
  .describe('An hour waits for the operator, because its quantity is above the maximum of the dimension.');

const announcement = {
  ...fact,
  subscriptionId,
  subscriptionVersion: z.int().nonnegative().describe('The version of the subscription when the notice was written.'),
  productCode: z.string(),
  customerAWSAccountId: z.string().optional(),
  agreementId: z.string().describe("The agreement that AWS's event names."),
  announcedAt: z.iso.datetime().describe("The time of AWS's event. Act on the newest, because order is not kept."),
};

const paymentRiskAnnounced = z
  .object({
    kind: z.literal('PaymentRiskAnnounced'),
    ...announcement,
    announced: z
      .enum([
        'spendThresholdReached',
        'spendThresholdVetSucceeded',
        'spendThresholdVetFailed',
        'advisoryIssued',
        'advisoryResolved',
      ])
      .describe(
        'spendThreshold…: AWS checks a buyer who spends much by usage. advisory…: the account may be closed, ' +
          'compromised or abused.',
      ),
  })
  .describe('AWS announces that it may not collect money for this subscription, or that the doubt is over.');

const renewalAnnounced = z
  .object({
    kind: z.literal('RenewalAnnounced'),
    ...announcement,
    announced: z
      .enum(['ending', 'renewalUpcoming', 'renewed', 'replaced'])
      .describe(
        'ending, renewalUpcoming: about agreementId. renewed, replaced: agreementId follows another agreement.',
      ),
    previousAgreementId: z.string().optional().describe('With renewed and replaced: the agreement before.'),
    endsAt: z.iso.datetime().optional().describe('With ending and renewalUpcoming: the end of the agreement.'),
    autoRenewal: z.boolean().optional().describe('With ending: whether AWS will renew the agreement.'),
  })
  .describe(
    'An agreement is about to end or be renewed, or has been. The state of the subscription is told separately.',
  );

const cancellationAnnounced = z
  .object({
    kind: z.literal('CancellationAnnounced'),
    ...announcement,
    announced: z.enum(['requested', 'approved', 'rejected', 'withdrawn']),
    requestId: z.string().optional(),
    reasonCode: z.string().optional().describe("AWS's code, for example INCORRECT_TERMS_ACCEPTED."),
  })
  .describe('A request to cancel an agreement. Its approval does not end the subscription: SubscriptionEnding does.');

const agreementDetailsChanged = z
  .object({
    kind: z.literal('AgreementDetailsChanged'),
    ...fact,
    noticeId: z.string().describe('Ignore a notice whose id you have seen.'),
    subscriptionId,
    subscriptionVersion: z.int().nonnegative().describe('The version of the subscription when AWS was asked.'),
    productCode: z.string(),
    customerAWSAccountId: z.string().optional(),
    agreementId: z.string(),
    checkedAt: z.iso.datetime().describe('When AWS was asked. Act on the newest, because order is not kept.'),
    offerId: z.string().optional(),
    endsAt: z.iso.datetime().optional().describe('The end of the agreement. Absent: it has none.'),
    freeTrialEndsAt: z.iso.datetime().optional().describe('The end of the free trial. Absent: there is none.'),
    autoRenewal: z.boolean().optional().describe('Whether AWS renews the agreement at its end, if it has one.'),
  })
  .describe('AWS says something new of the agreement. Only with agreementDetails in the configuration.');

export const noticeSchema = z.discriminatedUnion('kind', [
  subscriptionActivated,
  subscriptionEnding,
  subscriptionEnded,
  entitlementsChanged,
  registrationCompleted,
  usageRejected,
  meteringRejected,
  meteringSettled,
  usageWithheld,
  usageHeld,
  paymentRiskAnnounced,
  renewalAnnounced,
  cancellationAnnounced,
  agreementDetailsChanged,
]);

export type Notice = z.infer<typeof noticeSchema>;
/** Notices of a subscription's state, ordered by its version. */
export type StateNotice = Extract<Notice, { version: number }>;
export type NoticeOf<Kind extends Notice['kind']> = Extract<Notice, { kind: Kind }>;
/** Notices of what AWS announces about an agreement, one for each subscription under it. */
export type AnnouncementNotice = Extract<Notice, { announcedAt: string }>;
