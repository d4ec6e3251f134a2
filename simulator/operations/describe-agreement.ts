import * as z from 'zod';
import type { Context } from '../rules/context';
import { AGREEMENT_ID, MAX_AGREEMENT_ID_LENGTH } from '../rules/limits';
import { required } from '../rules/required';
import { ServiceError } from '../rules/service-error';
import type { Agreement } from '../rules/state';
import { readRequest } from './read-request';

export const describeAgreementRequest = z.object({
  agreementId: z.string().min(1).max(MAX_AGREEMENT_ID_LENGTH).regex(AGREEMENT_ID),
});

interface Party {
  accountId: string;
}

/** What the simulator's agreements know of DescribeAgreementOutput; they have no charges. Times are epoch seconds. */
export interface DescribeAgreementOutput {
  agreementId: string;
  agreementType: 'PurchaseAgreement';
  acceptor: Party;
  proposer: Party;
  acceptanceTime: number;
  startTime: number;
  endTime?: number;
  status: Agreement['status'];
  initialAgreementId: string;
  proposalSummary: { offerId: string; resources: { id: string; type: 'SaaSProduct' }[] };
  endTimeBehavior?: EndTimeBehavior;
  freeTrialSummary?: { trialEndTime: number };
}

interface EndTimeBehavior {
  type: 'RENEW' | 'EXPIRE';
  reasonCode?: 'ACCEPTOR_RENEW_OPTED_OUT' | 'NO_RENEWAL_TERM';
  renewalSummary?: { offerId: string };
}

export function describeAgreement(context: Context, input: unknown): DescribeAgreementOutput {
  const { agreementId } = readRequest(describeAgreementRequest, input);
  const { state, options } = context;
  const agreement = state.agreements.get(agreementId);
  if (!agreement) {
    const details = { resourceId: agreementId, resourceType: 'Agreement' };
    throw new ServiceError('ResourceNotFoundException', `The agreement ${agreementId} does not exist.`, details);
  }
  const { acceptedAtMs, startsAtMs = acceptedAtMs, endsAtMs, trialEndsAtMs, offerId } = agreement;
  const { productId } = required(state.products, agreement.productCode, 'product');
  const { channelPartner } = required(state.offers, offerId, 'offer');
  const endTimeBehavior = endTimeBehaviorOf(agreement);
  return {
    agreementId,
    agreementType: 'PurchaseAgreement',
    acceptor: { accountId: agreement.accountId },
    proposer: { accountId: channelPartner?.accountId ?? options.sellerAccountId },
    acceptanceTime: acceptedAtMs / 1000,
    startTime: startsAtMs / 1000,
    ...(endsAtMs !== undefined && { endTime: endsAtMs / 1000 }),
    status: agreement.status,
    initialAgreementId: initialAgreementId(context, agreement),
    proposalSummary: { offerId, resources: [{ id: productId, type: 'SaaSProduct' }] },
    ...(endTimeBehavior && { endTimeBehavior }),
    ...(trialEndsAtMs !== undefined && { freeTrialSummary: { trialEndTime: trialEndsAtMs / 1000 } }),
  };
}

/** "present for every active agreement that has an end date" (MODEL). */
function endTimeBehaviorOf({ status, endsAtMs, autoRenew, offerId }: Agreement): EndTimeBehavior | undefined {
  if (status !== 'ACTIVE' || endsAtMs === undefined) return undefined;
  if (autoRenew === undefined) return { type: 'EXPIRE', reasonCode: 'NO_RENEWAL_TERM' };
  const renewalSummary = { offerId };
  return autoRenew
    ? { type: 'RENEW', renewalSummary }
    : { type: 'EXPIRE', reasonCode: 'ACCEPTOR_RENEW_OPTED_OUT', renewalSummary };
}

/** The first agreement of a chain of renewals and replacements. */
function initialAgreementId({ state }: Context, { agreementId, previousAgreementId }: Agreement): string {
  let [initial, previous] = [agreementId, previousAgreementId];
  while (previous !== undefined) {
    initial = previous;
    previous = state.agreements.get(previous)?.previousAgreementId;
  }
  return initial;
}
