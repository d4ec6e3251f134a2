import { answerOf, timeoutError } from '../../../../simulator';
import type { MemoryWorld } from '../memory-engine';

/** Calls the rules of AWS Marketplace. @throws an injected error when AWS refuses the call or does not answer. */
export function callAws(
  world: MemoryWorld,
  operation: 'BatchMeterUsage' | 'ResolveCustomer' | 'GetEntitlements',
  input: object,
): object {
  const { engine } = world;
  if (engine.isDown('aws')) {
    world.count('awsOutage');
    throw engine.injectedError(timeoutError());
  }
  // A failure of the rules engine itself is not an injected fault.
  const outcome = world.marketplace.call(operation, input);
  try {
    return answerOf(outcome);
  } catch (error) {
    throw error instanceof Error ? engine.injectedError(error) : error;
  }
}
