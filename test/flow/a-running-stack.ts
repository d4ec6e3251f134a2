import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import { noticeSchema, type Notice } from '../../lambdas/shared/contract/notices';
import {
  parseSellerConfiguration,
  type SellerConfigurationInput,
} from '../../lambdas/shared/contract/seller-configuration';
import { buy, SimulatedClock, startMarketplace, type Agreement, type RunningMarketplace } from '../../simulator';
import type { LocalStack } from '../../local/stack/local-stack';
import { startStack } from '../../local/stack/stack';
import { NoticeValidator } from '../contract/notice-validator';
import { anAssembly } from './an-assembly';

export const LICENSE_PRODUCT = 'flow-license';
export const LEGACY_PRODUCT = 'flow-legacy';
export const MANY_DIMENSIONS = Array.from({ length: 260 }, (_, n) => `dimension_${n}`);

const CONFIGURATION: SellerConfigurationInput = {
  products: [
    {
      productCode: LICENSE_PRODUCT,
      name: 'Flow',
      pricingModel: 'subscription',
      dimensions: ['events', ...MANY_DIMENSIONS].map((apiName) => ({ apiName, unit: 'unit' })),
      allocationTagKeys: ['Department', 'Project'],
    },
    {
      productCode: LEGACY_PRODUCT,
      name: 'Flow classic',
      identityMode: 'legacy',
      pricingModel: 'subscription',
      dimensions: [{ apiName: 'events', unit: 'event' }],
    },
  ],
  support: { email: 'support@example.com' },
};

const usageAnswers = z.object({
  results: z.array(z.object({ id: z.string().optional(), status: z.string(), reason: z.string().optional() })),
});
export type UsageAnswers = z.infer<typeof usageAnswers>['results'];

interface Parts {
  stack: LocalStack;
  marketplace: RunningMarketplace;
  clock: SimulatedClock;
}

/** The synthesized stack with the bundles that would be deployed, against the AWS Marketplace simulator. */
export class RunningStack {
  readonly #aws = new AwsClient({
    accessKeyId: 'test',
    secretAccessKey: 'test',
    service: 'execute-api',
    region: 'us-east-1',
  });

  readonly stack: LocalStack;
  readonly marketplace: RunningMarketplace;
  readonly clock: SimulatedClock;

  private constructor({ stack, marketplace, clock }: Parts) {
    this.stack = stack;
    this.marketplace = marketplace;
    this.clock = clock;
  }

  static async start({
    now,
    configuration = CONFIGURATION,
  }: {
    now: string;
    configuration?: SellerConfigurationInput;
  }): Promise<RunningStack> {
    const assembly = anAssembly(configuration);
    const clock = new SimulatedClock();
    clock.set(Date.parse(now));
    const { products } = parseSellerConfiguration(configuration);
    const marketplace = await startMarketplace({ clock, products });
    const dynamodbEndpoint = process.env.TEST_DYNAMODB_ENDPOINT;
    const stack = await startStack({ assembly, clock, dynamodbEndpoint, marketplaceEndpoint: marketplace.endpoint });
    marketplace.setEventBridgeEndpoint(stack.awsEndpoint);
    return new RunningStack({ stack, marketplace, clock });
  }

  /** @throws Error when something was published that the schema files do not allow. */
  async stop(): Promise<void> {
    const validator = new NoticeValidator();
    const problems = this.stack.events('Bus').flatMap(({ detail }) => validator.problemOf(detail) ?? []);
    await this.stack.stop();
    await this.marketplace.stop();
    if (problems.length > 0) throw new Error(`Published against the schemas: ${problems.join('; ')}`);
  }

  /** A buyer subscribes in AWS Marketplace. */
  subscribe(productCode = LICENSE_PRODUCT): Agreement {
    return buy(this.marketplace.marketplace, { productCode });
  }

  /** What AWS Marketplace makes the buyer's browser send. */
  async postRegistration(token: string): Promise<Response> {
    const body = new URLSearchParams({ 'x-amzn-marketplace-token': token });
    return fetch(`${this.stack.url}/register`, { method: 'POST', body, redirect: 'manual' });
  }

  /** The whole visit of a buyer. @returns the subscription's id, as the seller's application hears it. */
  async register(agreement: Agreement): Promise<string> {
    const { token } = this.marketplace.marketplace.issueToken(agreement.agreementId);
    const registered = await this.postRegistration(token);
    const cookie = registered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const body = new URLSearchParams({ email: 'buyer@gmail.com', name: 'Bea Buyer', company: 'Buyer Ltd' });
    await fetch(`${this.stack.url}/registration`, { method: 'POST', body, headers: { cookie }, redirect: 'manual' });
    await this.settled();
    for (const { detail } of this.stack.events('Bus').toReversed()) {
      const notice = noticeSchema.parse(detail);
      if (notice.kind === 'RegistrationCompleted' && notice.customerAWSAccountId === agreement.accountId)
        return notice.subscriptionId;
    }
    throw new Error('No RegistrationCompleted notice was published.');
  }

  /** Waits until events, streams and queues are through. */
  async settled(): Promise<void> {
    await this.marketplace.settled();
    await this.stack.drain();
  }

  /** So many quarters of an hour go by, and in each the schedules fire as they do. */
  async passQuarters(count: number): Promise<void> {
    for (let quarter = 0; quarter < count; quarter += 1) {
      this.clock.advance(15 * 60_000);
      await this.stack.fireDue();
      await this.settled();
    }
  }

  async report(events: readonly object[], contentType = 'application/json'): Promise<UsageAnswers> {
    const now = new Date(this.clock.now()).toISOString();
    const body = JSON.stringify(events.map((event) => ({ dimension: 'events', quantity: 1, time: now, ...event })));
    const response = await this.#aws.fetch(`${this.stack.url}/usage`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
    return usageAnswers.parse(await response.json()).results;
  }

  /** A signed question of the seller's application. */
  async ask(path: string): Promise<unknown> {
    const response = await this.#aws.fetch(`${this.stack.url}${path}`);
    return response.json();
  }

  /** What the seller's application has been told, oldest first. */
  notices(): Notice[] {
    return this.stack.events('Bus').map(({ detail }) => noticeSchema.parse(detail));
  }

  /** What AWS Marketplace would bill an account: dimension → quantity. */
  billed({ accountId }: Agreement): Record<string, bigint> {
    const totals = this.marketplace.marketplace.ledgerTotals().filter((total) => total.accountId === accountId);
    return Object.fromEntries(totals.map(({ dimension, quantity }) => [dimension, quantity]));
  }

  ledgerOf({ accountId }: Agreement) {
    return this.marketplace.marketplace.ledger().filter((record) => record.accountId === accountId);
  }
}
