import type { Item } from '../../../../local/dynamodb/values/item';
import { dueItems } from '../due-items';
import { startMetering } from '../functions';
import type { MemoryWorld } from '../memory-engine';

/** The scheduled run. */
export function meter(world: MemoryWorld): void {
  const invocation = startMetering(world);
  world.engine.begin(invocation, () => {
    const { hoursLeft = 0 } = (invocation.result ?? {}) as { hoursLeft?: number };
    if (hoursLeft > 0) world.count('stoppedInTime', `with ${hoursLeft} hours left`);
    world.tell(`  metered: ${invocation.state}`);
  });
}

/**
 * Whether the run would find anything to do: a run that finds nothing, or only hours that wait, is simulated rarely.
 */
export function isAnythingDue(world: MemoryWorld): boolean {
  const { engine, functionClock, books, buyers, settings } = world;
  const due = dueItems(engine.dynamoDb, 'hourlyUsage', functionClock.now());
  // Until the subscription ends, when a run decides the hour.
  const waits = ({ pk, sk, state }: Item) =>
    state === 'open' &&
    books.stateOf(String(pk)) !== 'ended' &&
    !buyers.isMetered(String(pk), String(sk).slice(14), settings.products);
  return due.some((item) => !waits(item)) || (due.length > 0 && world.dice.chance(0.02));
}
