import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceServiceException,
  type MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { MarketplaceMeteringServiceException } from '@aws-sdk/client-marketplace-metering';
import type { FaultKind } from '../../../../simulator';
import type { FaultName } from '../../driver/faults';
import type { Invocation } from '../scheduler';
import type { MemoryWorld } from '../memory-engine';
import { callAws } from './aws-call';

const FAULTS = [
  ['entitlementsThrottled', 'throttle'],
  ['entitlementsFailed', 'errorBeforeCommit'],
  ['entitlementsDropped', 'dropAfterCommit'],
  ['emptyPage', 'emptyPage'],
] as const satisfies readonly (readonly [FaultName, FaultKind])[];

/** GetEntitlements as one invocation's SDK client sees it: the rules engine, without the wire. */
export function entitlementClient(world: MemoryWorld, invocation: Invocation): MarketplaceEntitlementServiceClient {
  const send = async (command: unknown): Promise<unknown> => {
    if (!(command instanceof GetEntitlementsCommand)) throw new Error('The simulated AWS does not know this command.');
    return world.engine.scheduler.call(invocation, 'GetEntitlements', () => getEntitlements(world, command.input));
  };
  // The adapter uses `send` of the SDK's class and nothing else of it.
  return { send } as unknown as MarketplaceEntitlementServiceClient;
}

function getEntitlements(world: MemoryWorld, input: object): unknown {
  const planted = FAULTS.find(([fault]) => world.strikes(fault));
  if (planted) world.marketplace.plantFault({ kind: planted[1], operation: 'GetEntitlements', next: 1 });
  try {
    return dated(callAws(world, 'GetEntitlements', input));
  } catch (error) {
    if (!(error instanceof MarketplaceMeteringServiceException)) throw error;
    // The rules engine throws for both services the same.
    const { name, message, $fault, $metadata } = error;
    throw world.engine.injectedError(
      new MarketplaceEntitlementServiceServiceException({ name, message, $fault, $metadata }),
    );
  } finally {
    if (planted && world.marketplace.faults().length === 0) world.count(planted[0]);
    world.marketplace.clearFaults();
  }
}

/** The SDK converts the wire's seconds to dates. */
function dated(output: object): object {
  const { Entitlements = [], ...rest } = output as { Entitlements?: { ExpirationDate?: number }[] };
  return {
    ...rest,
    Entitlements: Entitlements.map(({ ExpirationDate, ...entitlement }) => ({
      ...entitlement,
      ...(ExpirationDate !== undefined && { ExpirationDate: new Date(ExpirationDate * 1000) }),
    })),
  };
}
