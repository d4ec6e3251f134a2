import { startFollowing } from '../functions';
import { checkRemembered } from '../invariants/check-remembered';
import type { MemoryWorld } from '../memory-engine';
import type { QueuedMessage } from '../queue';

/** The queue delivers events of AWS Marketplace: at least once, in any order. */
export function follow(world: MemoryWorld): void {
  const { dice, engine } = world;
  const again = dice.pickMaybe(engine.followed.slice(-6));
  if (again && world.strikes('licenseEventRedelivered', 0.3)) {
    world.count('licenseEventRedelivered');
    followOne(world, again);
  }
  const waiting = world.engine.waitingMessages;
  const isReordered = waiting.length > 1 && world.strikes('licenseEventReordered', 0.5);
  if (isReordered) world.count('licenseEventReordered');
  const message = isReordered ? waiting[dice.between(1, waiting.length - 1)] : waiting[0];
  if (message === undefined) return;
  world.engine.queue.splice(world.engine.queue.indexOf(message), 1);
  followOne(world, message);
}

/** The queue delivers old messages again, long after newer ones. */
export function followAgain(world: MemoryWorld): void {
  for (const message of world.engine.followed.slice(-12)) followOne(world, message);
}

export function followOne(world: MemoryWorld, message: QueuedMessage): void {
  const invocation = startFollowing(world, message.body);
  world.engine.beingFollowed.add(message);
  world.engine.begin(invocation, () => {
    world.engine.beingFollowed.delete(message);
    world.tell(`  followed ${message.label}: ${invocation.state}`);
    const isNew = !world.engine.followed.includes(message);
    // A message that was not acknowledged becomes visible again.
    if (invocation.state === 'done') {
      if (isNew) world.engine.followed.push(message);
      checkRemembered(world, message, invocation.result);
    } else if (isNew && !world.engine.queue.includes(message)) world.engine.queue.push(message);
  });
}
