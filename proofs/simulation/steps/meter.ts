import type { Item } from '../../../local/dynamodb/expressions';
import { startMetering } from '../functions';
import type { Task, World } from '../world';

/** The scheduled run. */
export function meter(world: World): Task {
  const invocation = startMetering(world);
  const finish = () => {
    const { hoursLeft: left = 0 } = (invocation.result ?? {}) as { hoursLeft?: number };
    if (left > 0) world.count('stoppedInTime', `with ${left} hours left`);
    world.tell(`  metered: ${invocation.state}`);
  };
  return { invocation, finish };
}

/** Whether the run would find anything to do: one that finds nothing, or only hours that wait, is simulated rarely. */
export function isAnythingDue(world: World): boolean {
  const { dynamoDb, functionClock, buyers, settings } = world;
  const due = dynamoDb.table('hourlyUsage').due(functionClock.now());
  const waits = ({ pk, sk, state }: Item) =>
    state === 'open' && !buyers.isMetered(String(pk), String(sk).slice(14), settings.products);
  return due.some((item) => !waits(item)) || (due.length > 0 && world.dice.chance(0.02));
}
