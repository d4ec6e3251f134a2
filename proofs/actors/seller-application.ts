import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import type { Notice, NoticeOf, StateNotice } from '../../lambdas/shared/contract/notices';
import type { Fetch } from './buyer';

/** The most events that one request may carry. */
const MAX_EVENTS = 100;
const POLL_MS = 500;

export const usageAnswersSchema = z.object({
  results: z.array(
    z.object({
      id: z.string().optional(),
      status: z.enum(['accepted', 'duplicate', 'retry', 'rejected']),
      reason: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
});
/** The answer of POST /usage for one event. */
export type UsageAnswer = z.infer<typeof usageAnswersSchema>['results'][number];

export interface SellerApplicationParts {
  /** The origin of the seller's API. */
  url: string;
  /** Signs a request as this application, and sends it. */
  signedFetch: Fetch;
  /** Everything that the application has heard on the seller's event bus, oldest first. */
  notices(): Notice[] | Promise<Notice[]>;
  /** @default 0: a notice must have been published already */
  hearsWithinMs?: number;
}

/**
 * The seller's application: it hears of its customers on the event bus, reports their usage and asks for their state.
 */
export class SellerApplication {
  readonly #parts: SellerApplicationParts;

  constructor(parts: SellerApplicationParts) {
    this.#parts = parts;
  }

  /**
   * Reports usage, in as many requests as it takes.
   * @throws Error when a request is refused as a whole.
   */
  async report(events: readonly object[]): Promise<UsageAnswer[]> {
    const answers: UsageAnswer[] = [];
    for (let start = 0; start < events.length; start += MAX_EVENTS) {
      const response = await this.post('/usage', JSON.stringify(events.slice(start, start + MAX_EVENTS)));
      if (!response.ok) throw new Error(`POST /usage answered ${response.status}: ${await response.text()}`);
      answers.push(...(await usageAnswers(response)));
    }
    return answers;
  }

  async post(path: string, body: string, contentType = 'application/json'): Promise<Response> {
    const headers = { 'content-type': contentType };
    return this.#parts.signedFetch(`${this.#parts.url}${path}`, { method: 'POST', headers, body });
  }

  /** Reads GET /subscriptions, or another path. */
  async ask(path: string): Promise<unknown> {
    const response = await this.#parts.signedFetch(`${this.#parts.url}${path}`);
    return response.json();
  }

  /** The subscription that an AWS account registered last. */
  async subscriptionOf(accountId: string): Promise<string> {
    return (await this.hears('RegistrationCompleted', accountId)).subscriptionId;
  }

  /**
   * The latest notice of a kind about an AWS account.
   * @throws Error with what was heard instead.
   */
  async hears<Kind extends StateNotice['kind']>(kind: Kind, accountId: string): Promise<NoticeOf<Kind>> {
    const isWanted = (notice: Notice): notice is NoticeOf<Kind> =>
      notice.kind === kind && 'version' in notice && notice.customerAWSAccountId === accountId;
    const untilMs = Date.now() + (this.#parts.hearsWithinMs ?? 0);
    for (;;) {
      const heard = await this.#parts.notices();
      const notice = heard.findLast(isWanted);
      if (notice !== undefined) return notice;
      if (Date.now() >= untilMs) {
        const kinds = heard.map((each) => each.kind).join(', ') || 'nothing';
        throw new Error(`No ${kind} notice about the account ${accountId} was published. Published: ${kinds}.`);
      }
      await sleep(POLL_MS);
    }
  }
}

export async function usageAnswers(response: Response): Promise<UsageAnswer[]> {
  return usageAnswersSchema.parse(await response.json()).results;
}

/** Signs with the credentials that the local stack accepts. */
export function locallySignedFetch(): Fetch {
  const aws = new AwsClient({
    accessKeyId: 'test',
    secretAccessKey: 'test',
    service: 'execute-api',
    region: 'us-east-1',
  });
  return (url, init) => aws.fetch(url, init);
}
