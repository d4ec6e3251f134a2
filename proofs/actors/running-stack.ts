import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { noticeSchema } from '../../lambdas/shared/contract/notices';
import { TABLES, type TableName } from '../../lambdas/shared/contract/tables';
import { documentClientOf } from '../../lambdas/shared/runtime/dynamodb-client';
import type { Database } from '../../lambdas/shared/stores/database';
import {
  startStackWithMarketplace,
  type StackWithMarketplace,
  type StackWithMarketplaceOptions,
} from '../../local/stack-with-marketplace';
import type { StackOptions } from '../../local/stack/local-stack';
import { SimulatedClock, type Agreement, type Order } from '../../simulator';
import { Buyer, type Contact } from './buyer';
import type { UsageEventsTable } from './put-usage';
import { locallySignedFetch, SellerApplication } from './seller-application';

export interface RunningStackOptions {
  nowMs: number;
  products: StackWithMarketplaceOptions['products'];
  /** Seeds AWS Marketplace's ids and faults. */
  seed?: number;
  stack?: Pick<StackOptions, 'assembly' | 'dynamodbEndpoint' | 'port' | 'throttles'>;
  /** @default - any free port */
  marketplacePort?: number;
  /** How long `settled` waits for the stack. @default - as the stack's `drain` */
  drainLimitMs?: number;
}

/** The synthesized stack, AWS Marketplace and the seller's application, on one clock. */
export type RunningStack = Awaited<ReturnType<typeof startRunningStack>>;

/** @throws the error of the part that failed, after stopping the parts that had started. */
export async function startRunningStack(options: RunningStackOptions) {
  const { nowMs, products, seed, marketplacePort: port } = options;
  const clock = new SimulatedClock({ standsAtMs: nowMs });
  const parts = await startStackWithMarketplace({ clock, products, marketplace: { seed, port }, stack: options.stack });
  try {
    return withActors(parts, options);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

/** Puts the seller's application and the buyers to a stack that runs. */
function withActors(parts: StackWithMarketplace, { drainLimitMs: limitMs }: RunningStackOptions) {
  const { clock, stack, simulator } = parts;
  const { marketplace } = simulator;
  const notices = () => stack.events('Bus').map(({ detail }) => noticeSchema.parse(detail));
  const application = new SellerApplication({ url: stack.url, signedFetch: locallySignedFetch(), notices });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamodb = new DynamoDBClient({ endpoint: stack.dynamodbEndpoint, region: 'us-east-1', credentials });
  const documents = documentClientOf(dynamodb);
  const surroundings = { marketplace, registrationUrl: `${stack.url}/register` };
  const settled = async () => {
    await simulator.settled();
    await stack.drain({ limitMs });
    // No two steps of a buyer or an application fall into the same millisecond.
    clock.advance(1);
  };
  return {
    clock,
    marketplace,
    stack,
    application,
    /** The stack's tables, as the stores take them. */
    get database(): Database<TableName> {
      const tables = Object.fromEntries(Object.keys(TABLES).map((name) => [name, stack.table(name)]));
      return { client: documents, tables: tables as Record<TableName, string>, sleep: async (ms) => sleep(ms) };
    },
    get usageEvents(): UsageEventsTable {
      return { client: dynamodb, tableName: stack.table('usageEvents') };
    },
    /** A new buyer, or a known one, accepts an offer. */
    subscribe: (order: Order) => Buyer.subscribe(order, surroundings),
    buyerOf: (agreement: Agreement) => new Buyer(agreement, surroundings),
    /** The buyer registers. @returns the subscription's id, as the seller's application hears it */
    register: async (buyer: Buyer, contact?: Partial<Contact>) => {
      await buyer.register(contact);
      await settled();
      return application.subscriptionOf(buyer.agreement.accountId);
    },
    /** Waits until events, streams and queues have been worked off, which takes a millisecond of simulated time. */
    settled,
    /** The notices that the seller's application received, oldest first. */
    notices,
    /** The records that AWS Marketplace would bill to an account. */
    ledgerOf: ({ accountId }: Pick<Agreement, 'accountId'>) =>
      marketplace.ledger().filter((record) => record.accountId === accountId),
    stop: async () => {
      dynamodb.destroy();
      await parts.stop();
    },
  };
}
