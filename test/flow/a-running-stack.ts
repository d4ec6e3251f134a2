import { afterAll, beforeAll, expect } from 'vitest';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';
import type { Contact } from '../../proofs/actors/buyer';
import { startRunningStack } from '../../proofs/actors/running-stack';
import type { UsageAnswer } from '../../proofs/actors/seller-application';
import type { Agreement, Order } from '../../simulator';
import { NoticeValidator } from '../contract/notice-validator';
import { anAssembly } from './an-assembly';
import { CHOICES, LICENSE_PRODUCT, PRODUCTS } from './products';

export interface FlowOptions {
  /** @default '2026-07-14T09:20:00Z' */
  now?: string;
  /** The seller has chosen otherwise than by default: `CHOICES`. */
  withChoices?: boolean;
  /** What AWS Marketplace lists. @default - the configuration's products */
  listed?: SellerConfiguration['products'];
  /** API Gateway throttles, although the clock stands. */
  throttles?: boolean;
  /** The tests make invocations or deliveries fail. */
  mayFail?: boolean;
}

export type FlowStack = Awaited<ReturnType<typeof startFlow>>;

/** The stack of a test file: it runs from before the first test until after the last. */
export function useFlow(options: FlowOptions = {}): FlowStack {
  const running: Partial<FlowStack> = {};
  beforeAll(async () => void Object.assign(running, await startFlow(options)));
  // Nothing to stop when the start failed: it stops its parts itself, and its error is the one to read.
  afterAll(() => running.stop?.());
  return running as FlowStack;
}

/** A running stack with shorthands for flow tests, on the embedded DynamoDB or, in `npm run test:dynamodb`, on Amazon's. */
async function startFlow(options: FlowOptions) {
  const { now = '2026-07-14T09:20:00Z', mayFail = false, withChoices = false, listed, throttles } = options;
  const support = { email: 'support@example.com' };
  const configuration: SellerConfiguration = { products: PRODUCTS, support, ...(withChoices && CHOICES) };
  const running = await startRunningStack({
    nowMs: Date.parse(now),
    products: parseSellerConfiguration({ ...configuration, ...(listed && { products: listed }) }).products,
    stack: { assembly: await anAssembly(configuration), dynamodbEndpoint: process.env.TEST_DYNAMODB_LOCAL, throttles },
  });
  const { application, clock, marketplace, settled, stack } = running;
  const subscribe = (productCode = LICENSE_PRODUCT, terms: Order = {}): Agreement =>
    running.subscribe({ productCode, ...terms }).agreement;
  const registerAs = async (agreement: Agreement, contact?: Partial<Contact>): Promise<string> => {
    // So that it is always the second to arrive, not whichever the machine lets be first.
    await settled();
    return running.register(running.buyerOf(agreement), contact);
  };
  const register = (agreement: Agreement): Promise<string> => registerAs(agreement);
  return {
    ...running,
    configuration,
    subscribe,
    register,
    registerAs,
    /** A buyer who has subscribed and registered, in this order. */
    givenBuyer: async (productCode?: string, terms?: Order) => {
      const agreement = subscribe(productCode, terms);
      return { agreement, subscriptionId: await register(agreement) };
    },
    /** A buyer who has registered before the events and notifications of AWS Marketplace arrive. */
    givenEarlyBuyer: async (productCode?: string) => {
      marketplace.setDelivery({ reorder: 1 });
      const agreement = subscribe(productCode);
      const subscriptionId = await register(agreement);
      marketplace.setDelivery({ reorder: 0 });
      marketplace.releaseEvents();
      await settled();
      return { agreement, subscriptionId };
    },
    /** Reports usage, and waits until it is aggregated. An event defaults to one unit of `events`, used now. */
    report: async (events: readonly object[]): Promise<UsageAnswer[]> => {
      const time = new Date(clock.now()).toISOString();
      const answers = await application.report(
        events.map((event) => ({ dimension: 'events', quantity: 1, time, ...event })),
      );
      // So that a test may move the clock next, however slow the machine is.
      await settled();
      return answers;
    },
    /** Lets quarters of an hour pass and fires the schedules that are due in each. */
    passQuarters: async (count: number): Promise<void> => {
      for (let quarter = 0; quarter < count; quarter += 1) {
        clock.advance(15 * 60_000);
        await stack.fireDue();
        await settled();
      }
    },
    /** What AWS Marketplace would bill to an account: dimension → quantity, as decimal text. */
    billed: ({ accountId }: Agreement): Record<string, string> => {
      const totals = marketplace.ledgerTotals().filter((total) => total.accountId === accountId);
      return Object.fromEntries(totals.map(({ dimension, quantity }) => [dimension, quantity]));
    },
    /** @throws Error for a failed invocation or delivery, and for a notice that the schema files do not allow. */
    stop: async (): Promise<void> => {
      const failures = mayFail ? [] : [...stack.failures()];
      const details = stack.events('Bus').map(({ detail }) => detail);
      await running.stop();
      const validator = new NoticeValidator();
      const problems = details.flatMap((detail) => validator.problemOf(detail) ?? []);
      expect(failures).toEqual([]);
      if (problems.length > 0) throw new Error(`Published against the schemas: ${problems.join('; ')}`);
    },
  };
}
