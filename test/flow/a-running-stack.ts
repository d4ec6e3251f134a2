import {
  parseSellerConfiguration,
  type SellerConfigurationInput,
} from '../../lambdas/shared/contract/seller-configuration';
import { startRunningStack } from '../../proofs/actors/running-stack';
import type { UsageAnswer } from '../../proofs/actors/seller-application';
import type { Agreement, Order } from '../../simulator';
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

export interface FlowOptions {
  now: string;
  configuration?: SellerConfigurationInput;
}

export type FlowStack = Awaited<ReturnType<typeof startFlow>>;

/** A running stack on the test run's DynamoDB Local, with shorthands for flow tests. */
export async function startFlow({ now, configuration = CONFIGURATION }: FlowOptions) {
  const running = await startRunningStack({
    nowMs: Date.parse(now),
    products: parseSellerConfiguration(configuration).products,
    stack: { assembly: anAssembly(configuration), dynamodbEndpoint: process.env.TEST_DYNAMODB_ENDPOINT },
  });
  const { application, clock, marketplace, settled, stack } = running;
  return {
    ...running,
    subscribe: (productCode = LICENSE_PRODUCT, terms: Order = {}): Agreement =>
      running.subscribe({ productCode, ...terms }).agreement,
    register: async (agreement: Agreement): Promise<string> => running.register(running.buyerOf(agreement)),
    /** Reports usage. An event defaults to one unit of `events`, used now. */
    report: async (events: readonly object[]): Promise<UsageAnswer[]> => {
      const time = new Date(clock.now()).toISOString();
      return application.report(events.map((event) => ({ dimension: 'events', quantity: 1, time, ...event })));
    },
    /** Lets quarters of an hour pass and fires the schedules that are due in each. */
    passQuarters: async (count: number): Promise<void> => {
      for (let quarter = 0; quarter < count; quarter += 1) {
        clock.advance(15 * 60_000);
        await stack.fireDue();
        await settled();
      }
    },
    /** What AWS Marketplace would bill to an account: dimension → quantity. */
    billed: ({ accountId }: Agreement): Record<string, bigint> => {
      const totals = marketplace.ledgerTotals().filter((total) => total.accountId === accountId);
      return Object.fromEntries(totals.map(({ dimension, quantity }) => [dimension, quantity]));
    },
    /** @throws Error for a published notice that the schema files do not allow. */
    stop: async (): Promise<void> => {
      const details = stack.events('Bus').map(({ detail }) => detail);
      await running.stop();
      const validator = new NoticeValidator();
      const problems = details.flatMap((detail) => validator.problemOf(detail) ?? []);
      if (problems.length > 0) throw new Error(`Published against the schemas: ${problems.join('; ')}`);
    },
  };
}
