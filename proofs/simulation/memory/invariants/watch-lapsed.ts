import { hourName, tagText, type BookedHour } from '../../driver/books';
import { exactText, type Exact } from '../../driver/exact';
import { isInGap } from '../../driver/gaps';
import { hourOf, startOfHour } from '../../driver/time';
import type { MemoryWorld } from '../memory-engine';

/**
 * Sealing rejects exactly the usage of hours in which AWS had nobody subscribed, and takes all other usage. A function
 * that has not heard of the life of the subscription yet may err.
 */
export function watchLapsed(
  world: MemoryWorld,
  booked: BookedHour,
  {
    rejected,
    rejectedUse,
    withheldUse,
  }: { rejected: Exact } & Record<'rejectedUse' | 'withheldUse', readonly string[]>,
): void {
  const { books, buyers, engine } = world;
  const { account, hour } = booked;
  const { subscriptionId, dimension } = account;
  const name = hourName({ subscriptionId, hour, dimension });
  const isCertain = !engine.isBehind(subscriptionId);
  let sum = 0n;
  for (const { pk, hour: countedIn, version } of books.events.values()) {
    if (countedIn !== name) continue;
    const usedIn = hourOf(version.timeMs);
    const isRejected = rejectedUse.includes(usedIn) && rejected > 0n;
    if (withheldUse.includes(usedIn)) continue;
    const isGap = isInGap(buyers, subscriptionId, startOfHour(usedIn));
    const what = (problem: string) => () => `${pk}, used in ${usedIn}, is ${problem} in ${name}`;
    if (isCertain && version.quantity > 0n)
      books.require(isGap === isRejected, 'subscribedThen', what(isGap ? 'not rejected' : 'rejected'));
    if (!isRejected) continue;
    world.count('usedInGap', pk);
    sum += version.quantity;
    const tags = tagText(version.tags);
    booked.byTagSet.set(tags, (booked.byTagSet.get(tags) ?? 0n) - version.quantity);
  }
  books.require(
    sum === rejected,
    'subscribedThen',
    () => `${name} rejects ${exactText(rejected)} of ${exactText(sum)}`,
  );
  // What remains is netted, billed and allocated.
  booked.total -= rejected;
}
