import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import { noticeSchema } from '../../lambdas/shared/contract/notices';
import type { LocalStack } from '../../local/stack/local-stack';
import type { PlannedEvent } from './scenario';

const MAX_EVENTS = 100;

const answers = z.object({ results: z.array(z.object({ status: z.string(), message: z.string().optional() })) });

/** The seller's application: hears of its customers on the event bus and reports their usage over HTTP. */
export class SellerApplication {
  readonly statuses: Record<string, number> = { accepted: 0, duplicate: 0 };
  readonly #stack: LocalStack;
  readonly #aws = new AwsClient({
    accessKeyId: 'test',
    secretAccessKey: 'test',
    service: 'execute-api',
    region: 'us-east-1',
  });

  constructor(stack: LocalStack) {
    this.#stack = stack;
  }

  /** The subscription of an AWS account, as RegistrationCompleted told it. */
  subscriptionOf(accountId: string): string {
    for (const { detail } of this.#stack.events('Bus')) {
      const notice = noticeSchema.parse(detail);
      if (notice.kind === 'RegistrationCompleted' && notice.customerAWSAccountId === accountId)
        return notice.subscriptionId;
    }
    throw new Error(`No RegistrationCompleted notice for the account ${accountId} was published.`);
  }

  /**
   * Reports events; each must be accepted, or known already.
   * @throws Error when one is refused.
   */
  async report(events: readonly (PlannedEvent & { subscriptionId: string })[]): Promise<void> {
    for (let start = 0; start < events.length; start += MAX_EVENTS) {
      const batch = events
        .slice(start, start + MAX_EVENTS)
        .map(({ id, subscriptionId, dimension, quantity, tags, timeMs }) => ({
          ...{ id, subscriptionId, dimension, quantity, tags },
          time: new Date(timeMs).toISOString(),
        }));
      const response = await this.#aws.fetch(`${this.#stack.url}/usage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(batch),
      });
      if (!response.ok) throw new Error(`POST /usage answered ${response.status}: ${await response.text()}`);
      for (const { status, message } of answers.parse(await response.json()).results) {
        if (status !== 'accepted' && status !== 'duplicate') throw new Error(`Usage was ${status}: ${message ?? ''}`);
        this.statuses[status] = (this.statuses[status] ?? 0) + 1;
      }
    }
  }
}
