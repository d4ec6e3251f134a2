import * as z from 'zod';
import type { Announcement } from '../domain/announcement';
import { keyText, messageTime } from './message-texts';

/** A Map, because an object would also find inherited names. */
type Kinds<Kind extends Announcement['kind']> = ReadonlyMap<string, Extract<Announcement, { kind: Kind }>['announced']>;

const RISKS: Kinds<'PaymentRiskAnnounced'> = new Map([
  ['Spend Threshold Reached', 'spendThresholdReached'],
  ['Spend Threshold Vet Succeeded', 'spendThresholdVetSucceeded'],
  ['Spend Threshold Vet Failed', 'spendThresholdVetFailed'],
  ['Purchase Agreement Advisory Issued', 'advisoryIssued'],
  ['Purchase Agreement Advisory Resolved', 'advisoryResolved'],
]);

const RENEWALS: Kinds<'RenewalAnnounced'> = new Map([
  ['Purchase Agreement Ending', 'ending'],
  ['Purchase Agreement Renewal Upcoming', 'renewalUpcoming'],
]);

const CANCELLATIONS: Kinds<'CancellationAnnounced'> = new Map([
  ['Agreement Cancellation Request Pending Approval', 'requested'],
  ['Agreement Cancellation Request Approved', 'approved'],
  ['Agreement Cancellation Request Rejected', 'rejected'],
  ['Agreement Cancellation Request Cancelled', 'withdrawn'],
]);

/** AWS may leave a field out or fill it differently: the announcement is told without it. */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const agreement = z.object({
  agreement: z.object({
    intent: optional(z.string()),
    endTime: optional(messageTime),
    autoRenewalEnabled: optional(z.boolean()),
    previousAgreementId: optional(keyText),
  }),
});
const request = z.object({
  agreementCancellationRequest: z.object({ id: optional(keyText), reasonCode: optional(keyText) }),
});

/** The agreement that a created one renews or replaces. */
export function previousAgreementOf(detailType: string, detail: unknown): string | undefined {
  if (withoutReceiver(detailType) !== 'Purchase Agreement Created') return undefined;
  return agreement.safeParse(detail).data?.agreement.previousAgreementId;
}

/** What an event about an agreement announces; undefined for every other event. */
export function toAnnouncement(detailType: string, detail: unknown): Announcement | undefined {
  const name = withoutReceiver(detailType);
  const risk = RISKS.get(name);
  if (risk !== undefined) return { kind: 'PaymentRiskAnnounced', announced: risk };
  const { endTime: endsAt, autoRenewalEnabled, intent } = agreement.safeParse(detail).data?.agreement ?? {};
  const renewal = RENEWALS.get(name);
  if (renewal !== undefined) {
    return { kind: 'RenewalAnnounced', announced: renewal, endsAt, autoRenewal: autoRenewalEnabled };
  }
  const previousAgreementId = previousAgreementOf(detailType, detail);
  if (previousAgreementId !== undefined) {
    const announced = intent === 'REPLACE' ? 'replaced' : 'renewed';
    return { kind: 'RenewalAnnounced', announced, previousAgreementId };
  }
  const cancellation = CANCELLATIONS.get(name);
  if (cancellation === undefined) return undefined;
  const { id: requestId, reasonCode } = request.safeParse(detail).data?.agreementCancellationRequest ?? {};
  return { kind: 'CancellationAnnounced', announced: cancellation, requestId, reasonCode };
}

/** A suffix names the receiver (`- Manufacturer`, `- Proposer`); it does not change the meaning. */
function withoutReceiver(detailType: string): string {
  return detailType.replace(/ - [A-Za-z]+$/, '');
}
