import * as z from 'zod';
import { freeTrialOf } from '../shared/domain/free-trial';
import type { Clock } from '../shared/runtime/ports';
import {
  HttpError,
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  MalformedBodyError,
  parseJsonBody,
  refuseLargeBody,
} from '../shared/runtime/http-message';
import type { Log } from '../shared/runtime/logger';
import type { CodeRedemption, CodeStore } from '../shared/stores/registrations';
import type { SubscriptionReader } from '../shared/stores/subscriptions';

export interface ExchangeRegistrationDeps {
  codes: Pick<CodeStore, 'redeemCode'>;
  subscriptions: SubscriptionReader;
  clock: Clock;
  sha256Hex(text: string): string;
  logger: Pick<Log, 'info'>;
}

const exchangeRequest = z.object({ code: z.string().min(1).max(1000) });

/** The responses to the seller's back end for codes that cannot be exchanged. */
const REFUSALS = {
  used: {
    statusCode: 410,
    reason: 'codeUsed',
    sentence: 'This code was used before: ask the buyer to register again.',
  },
  expired: {
    statusCode: 410,
    reason: 'codeExpired',
    sentence: 'This code has expired: ask the buyer to register again.',
  },
  unknown: {
    statusCode: 404,
    reason: 'codeUnknown',
    sentence: 'This code does not exist: send it as you received it, or ask the buyer to register again.',
  },
} as const satisfies Record<Exclude<CodeRedemption['outcome'], 'redeemed'>, object>;

/** Exchanges a one-time code, which the seller's sign-up page received, for AWS Marketplace's facts about the buyer. */
export async function exchangeRegistration(
  request: HttpRequest,
  deps: ExchangeRegistrationDeps,
): Promise<HttpResponse> {
  const redemption = await deps.codes.redeemCode(deps.sha256Hex(readCode(request)), deps.clock.now());
  if (redemption.outcome !== 'redeemed') throw new HttpError(REFUSALS[redemption.outcome]);
  const { subscriptionId } = redemption;
  const subscription = (await deps.subscriptions.getMany([subscriptionId])).get(subscriptionId);
  if (subscription === undefined) throw new Error(`The code's subscription ${subscriptionId} does not exist.`);
  deps.logger.info('Code exchanged', { messageCode: 'REGISTRATION_EXCHANGED', subscriptionId });
  const { productCode, customerAWSAccountId, licenseArn, customerIdentifier, state } = subscription;
  const { agreementId } = subscription;
  const identity = { customerAWSAccountId, licenseArn, customerIdentifier, agreementId };
  return jsonResponse(200, { subscriptionId, productCode, ...identity, ...freeTrialOf(subscription), state });
}

function readCode(request: HttpRequest): string {
  refuseLargeBody(request);
  const parsed = exchangeRequest.safeParse(parseJsonBody(request.body));
  if (!parsed.success) throw new MalformedBodyError('The body must be a JSON object with the code: { "code": "…" }.');
  return parsed.data.code;
}
