import {
  DescribeAgreementCommand,
  MarketplaceAgreementServiceException,
  type MarketplaceAgreementClient,
} from '@aws-sdk/client-marketplace-agreement';
import * as z from 'zod';
import type { AgreementTerms } from '../domain/agreement-details';
import { isAccountRefusal, isClientFault, isThrottle, statusOf } from './aws-errors';
import { KEEP_BODY, keepingBodyIn, type KeptBody } from './kept-body';

export type DescribeAgreementResult =
  | { outcome: 'read'; terms: AgreementTerms }
  /** The same call may succeed later. */
  | { outcome: 'throttled' | 'unavailable' }
  /** AWS refuses our account, or does not show us this agreement. */
  | { outcome: 'refused'; reason: string };

export interface AgreementGateway {
  /** Never throws for a response from AWS. */
  describeAgreement(agreementId: string): Promise<DescribeAgreementResult>;
}

/**
 * `freeTrialSummary` is a member of AWS's newest service model that the pinned client does not know and drops. Times are
 * epoch seconds.
 */
const newMembers = z.object({ freeTrialSummary: z.object({ trialEndTime: z.number().optional() }).optional() });

const AUTO_RENEWAL: ReadonlyMap<string | undefined, boolean> = new Map([
  ['RENEW', true],
  ['EXPIRE', false],
]);

/** Calls DescribeAgreement of the AWS Marketplace Agreement Service. */
export class AwsAgreementGateway implements AgreementGateway {
  constructor(private readonly client: MarketplaceAgreementClient) {}

  async describeAgreement(agreementId: string): Promise<DescribeAgreementResult> {
    try {
      return { outcome: 'read', terms: await this.#read(agreementId) };
    } catch (error) {
      return toFailure(error);
    }
  }

  async #read(agreementId: string): Promise<AgreementTerms> {
    const command = new DescribeAgreementCommand({ agreementId });
    const answer: KeptBody = {};
    command.middlewareStack.add(keepingBodyIn(answer), KEEP_BODY);
    const { endTime, endTimeBehavior, proposalSummary } = await this.client.send(command);
    const trialEndsAt = newMembers.parse(JSON.parse(answer.body ?? '{}')).freeTrialSummary?.trialEndTime;
    const autoRenewal = AUTO_RENEWAL.get(endTimeBehavior?.type);
    const offerId = proposalSummary?.offerId;
    return {
      ...(offerId !== undefined && { offerId }),
      ...(endTime !== undefined && { endsAt: endTime.toISOString() }),
      ...(trialEndsAt !== undefined && { freeTrialEndsAt: new Date(trialEndsAt * 1000).toISOString() }),
      ...(autoRenewal !== undefined && { autoRenewal }),
    };
  }
}

function toFailure(error: unknown): Exclude<DescribeAgreementResult, { outcome: 'read' }> {
  if (!(error instanceof Error)) throw error;
  const status = statusOf(error, MarketplaceAgreementServiceException);
  if (isThrottle(error.name, status)) return { outcome: 'throttled' };
  if (isClientFault(status) || isAccountRefusal(error.name, status)) return { outcome: 'refused', reason: error.name };
  // A server error, a network error, or a response that cannot be read.
  return { outcome: 'unavailable' };
}
