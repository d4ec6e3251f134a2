import * as z from 'zod';
import type { Clock } from '../shared/runtime/clock';
import { BodyTooLargeError, HttpError, MalformedBodyError } from '../shared/runtime/http-error';
import { jsonResponse, type HttpRequest, type HttpResponse } from '../shared/runtime/http-message';
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

const BODY_MAX_BYTES = 16 * 1024;
const body = z.object({ code: z.string().min(1).max(1000) });

/** Why a code is worth nothing, as the seller's back end is told. */
const REFUSALS = {
  used: { statusCode: 410, reason: 'codeUsed', sentence: 'This code has been exchanged already.' },
  expired: { statusCode: 410, reason: 'codeExpired', sentence: 'This code has expired.' },
  unknown: { statusCode: 404, reason: 'codeUnknown', sentence: 'There is no such code.' },
} as const satisfies Record<Exclude<CodeRedemption['outcome'], 'redeemed'>, object>;

/** The seller's back end changes the one-time code of its sign-up page for what AWS Marketplace said about the buyer. */
export async function exchangeRegistration(
  request: HttpRequest,
  deps: ExchangeRegistrationDeps,
): Promise<HttpResponse> {
  const redemption = await deps.codes.redeemCode(deps.sha256Hex(readCode(request)), deps.clock.now());
  if (redemption.outcome !== 'redeemed') throw new HttpError(REFUSALS[redemption.outcome]);
  const { subscriptionId } = redemption;
  const subscription = (await deps.subscriptions.getMany([subscriptionId])).get(subscriptionId);
  if (subscription === undefined) throw new Error(`The code's subscription ${subscriptionId} does not exist.`);
  deps.logger.info('Exchanged', { messageCode: 'REGISTRATION_EXCHANGED', subscriptionId });
  const { productCode, customerAWSAccountId, licenseArn, customerIdentifier, freeTrial = false, state } = subscription;
  const identity = { customerAWSAccountId, licenseArn, customerIdentifier };
  return jsonResponse(200, { subscriptionId, productCode, ...identity, freeTrial, state });
}

function readCode({ bodyBytes, body: text }: HttpRequest): string {
  if (bodyBytes.length > BODY_MAX_BYTES) throw new BodyTooLargeError(BODY_MAX_BYTES);
  const parsed = body.safeParse(parseJson(text));
  if (!parsed.success) throw new MalformedBodyError('The body must be a JSON object with the code: { "code": "…" }.');
  return parsed.data.code;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedBodyError('The body is not JSON.', { cause: error });
  }
}
