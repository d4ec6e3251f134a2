import type { Context } from './context';
import { publishEvent } from './events';
import { lowerCase } from './random';
import { required, SetupError } from './required';
import type { Agreement } from './state';

interface Announced {
  agreement: Agreement;
  atMs: number;
}

interface Announcement {
  detailType: string;
  /** Only sold by usage: "pay-as-you-go". */
  usageOnly?: true;
  /** Whether the event names acceptor, proposer and offer as the events of agreements do. Default: yes. */
  parties?: false;
  detail(context: Context, announced: Announced): Record<string, unknown>;
}

const time = (epochMs: number) => `${new Date(epochMs).toISOString().slice(0, 19)}Z`;

function productOf({ state }: Context, { productCode }: Agreement) {
  const { productId: id, name: title } = required(state.products, productCode, 'product');
  return { id, title };
}

const spendThreshold = (outcome: string): Announcement => ({
  detailType: `Spend Threshold ${outcome}`,
  usageOnly: true,
  detail: (context, { agreement }) => ({
    agreement: { id: agreement.agreementId },
    product: { id: productOf(context, agreement).id },
  }),
});

/** AWS's example goes to a seller who is the proposer, too, and still says `Manufacturer`. */
const advisory = (change: 'Issued' | 'Resolved'): Announcement => ({
  detailType: `Purchase Agreement Advisory ${change} - Manufacturer`,
  detail: (context, { agreement, atMs }) => ({
    agreement: { id: agreement.agreementId },
    product: { id: productOf(context, agreement).id },
    advisory: { [`${change.toLowerCase()}At`]: time(atMs) },
  }),
});

const DAY_MS = 24 * 3_600_000;

function term({ acceptedAtMs, startsAtMs = acceptedAtMs, endsAtMs, agreementId }: Agreement) {
  if (endsAtMs === undefined) throw new SetupError(409, `Agreement ${agreementId} has no end.`);
  return { endsAtMs, times: { startTime: time(startsAtMs), endTime: time(endsAtMs) } };
}

const ending: Announcement = {
  detailType: 'Purchase Agreement Ending - Proposer',
  detail: (context, { agreement, atMs }) => {
    const { endsAtMs, times } = term(agreement);
    const { agreementId: id, autoRenew = false } = agreement;
    const daysBeforeEndTime = Math.ceil((endsAtMs - atMs) / DAY_MS);
    return {
      agreement: { id, ...times, status: 'ACTIVE', daysBeforeEndTime, autoRenewalEnabled: autoRenew },
      renewalSummary: { lockoutStartTime: null, disabledBy: agreement.autoRenew === false ? 'ACCEPTOR' : null },
      product: productOf(context, agreement),
    };
  },
};

const renewalUpcoming: Announcement = {
  detailType: 'Purchase Agreement Renewal Upcoming - Proposer',
  detail: (context, { agreement }) => ({
    agreement: { id: agreement.agreementId, ...term(agreement).times },
    renewalSummary: { lockoutReached: true },
    product: productOf(context, agreement),
  }),
};

const cancellation = (status: string, statusCode: string): Announcement => ({
  detailType: `Agreement Cancellation Request ${status} - Proposer`,
  parties: false,
  detail: (context, { agreement, atMs }) => ({
    agreement: {
      id: agreement.agreementId,
      acceptorId: agreement.accountId,
      productId: productOf(context, agreement).id,
      offerId: agreement.offerId,
    },
    agreementCancellationRequest: {
      id: `acr-${lowerCase(context.random, 13)}`,
      reasonCode: 'INCORRECT_TERMS_ACCEPTED',
      reasonMessage: '',
      statusCode,
      statusMessage: '',
      createdAt: time(atMs),
      updatedAt: time(atMs),
    },
  }),
});

/** What AWS announces about an agreement without changing it. */
export const ANNOUNCEMENT_KINDS = [
  'spendThresholdReached',
  'spendThresholdVetSucceeded',
  'spendThresholdVetFailed',
  'advisoryIssued',
  'advisoryResolved',
  'ending',
  'renewalUpcoming',
  'cancellationRequested',
  'cancellationApproved',
  'cancellationRejected',
  'cancellationWithdrawn',
] as const;
export type AnnouncementKind = (typeof ANNOUNCEMENT_KINDS)[number];

export const ANNOUNCEMENTS: Record<AnnouncementKind, Announcement> = {
  spendThresholdReached: spendThreshold('Reached'),
  spendThresholdVetSucceeded: spendThreshold('Vet Succeeded'),
  spendThresholdVetFailed: spendThreshold('Vet Failed'),
  advisoryIssued: advisory('Issued'),
  advisoryResolved: advisory('Resolved'),
  ending,
  renewalUpcoming,
  cancellationRequested: cancellation('Pending Approval', 'PENDING_APPROVAL'),
  cancellationApproved: cancellation('Approved', 'APPROVED'),
  cancellationRejected: cancellation('Rejected', 'REJECTED'),
  cancellationWithdrawn: cancellation('Cancelled', 'CANCELLED'),
};

/** Publishes the event. It changes nothing else. @throws SetupError when AWS never sends it about such an agreement. */
export function announce(context: Context, agreement: Agreement, kind: AnnouncementKind): void {
  const { detailType, usageOnly, parties, detail } = ANNOUNCEMENTS[kind];
  const { pricingModel } = required(context.state.products, agreement.productCode, 'product');
  if (usageOnly && pricingModel === 'contract') {
    throw new SetupError(409, `${agreement.productCode} is sold by contract only. AWS watches spending on usage.`);
  }
  const announced = { agreement, atMs: Math.floor(context.clock.now() / 1000) * 1000 };
  publishEvent(context, { ...announced, detailType, parties, detail: detail(context, announced) });
}
