import type { ParsedConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { SimulatedClock, startMarketplace, type RunningMarketplace } from '../simulator';
import type { LocalStack, StackOptions } from './stack/local-stack';
import { startStack } from './stack/stack';

type MarketplaceOptions = NonNullable<Parameters<typeof startMarketplace>[0]>;

export interface StackWithMarketplaceOptions {
  products: ParsedConfiguration['products'];
  /** @default - real time */
  clock?: SimulatedClock;
  marketplace?: Pick<MarketplaceOptions, 'port' | 'seed' | 'onFailure'>;
  stack?: Omit<StackOptions, 'clock' | 'marketplaceEndpoint'>;
}

/** The local stack and the AWS Marketplace simulator, connected and on one clock. */
export interface StackWithMarketplace {
  clock: SimulatedClock;
  simulator: RunningMarketplace;
  stack: LocalStack;
  stop(): Promise<void>;
}

/**
 * Starts the simulator, then the stack with the embedded DynamoDB, unless the options name an endpoint.
 * @throws Error from the part that failed, after everything that was started is stopped.
 */
export async function startStackWithMarketplace({
  products,
  clock = new SimulatedClock(),
  ...options
}: StackWithMarketplaceOptions): Promise<StackWithMarketplace> {
  const simulator = await startMarketplace({ ...options.marketplace, clock, products });
  try {
    const stack = await startStack({ ...options.stack, clock, marketplaceEndpoint: simulator.endpoint });
    simulator.setRegistrationUrl(`${stack.url}/register`);
    simulator.setEventBridgeEndpoint(stack.awsEndpoint);
    const stop = async () => {
      try {
        await stack.stop();
      } finally {
        await simulator.stop();
      }
    };
    return { clock, simulator, stack, stop };
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}
