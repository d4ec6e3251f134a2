import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceServiceException,
  type MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { timeoutError, type FaultKind } from '../../../../simulator';
import type { FaultName } from '../../driver/faults';
import type { Invocation } from '../scheduler';
import type { MemoryWorld } from '../memory-engine';

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
  if (world.engine.isDown('aws')) {
    world.count('awsOutage');
    throw world.engine.injectedError(timeoutError());
  }
  const planted = FAULTS.find(([fault]) => world.strikes(fault));
  if (planted) {
    world.count(planted[0]);
    world.marketplace.plantFault({ kind: planted[1], operation: 'GetEntitlements', next: 1 });
  }
  const outcome = world.marketplace.call('GetEntitlements', input);
  world.marketplace.clearFaults();
  switch (outcome.kind) {
    case 'answered':
      return dated(outcome.output);
    case 'dropped':
      throw world.engine.injectedError(timeoutError());
    case 'failed': {
      const { type: name, status, message } = outcome.error;
      const $fault = status >= 500 ? 'server' : 'client';
      const $metadata = { httpStatusCode: status };
      throw world.engine.injectedError(
        new MarketplaceEntitlementServiceServiceException({ name, message, $fault, $metadata }),
      );
    }
  }
}

/** The SDK makes dates of the wire's seconds. */
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
