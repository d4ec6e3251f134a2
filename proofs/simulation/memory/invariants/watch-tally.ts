import { hourName, tagText } from '../../driver/books';
import type { ItemWrite } from '../../../../local/dynamodb/memory-dynamodb';
import { toTally, type StoredTally } from '../../driver/stored-items';
import type { MemoryWorld } from '../memory-engine';
import { reclaim } from './watch-usage-event';

/** A tally is written once, into an open hour. */
export function watchTally(world: MemoryWorld, { before, after }: ItemWrite): void {
  const { books, engine, timeline } = world;
  books.require(before === undefined, 'frozen', () => `the tally ${String(after.pk)} was written over`);
  engine.tallyWrittenAtMs.set(after, timeline.nowMs);
  const tally = toTally(after);
  if (String(after.sk).startsWith('inline#')) world.count('movedOut', hourName(tally));
  const { state } = books.hour(tally.subscriptionId, tally.hour, tally.dimension);
  books.require(state === 'open', 'frozen', () => `a tally was added to ${hourName(tally)}, which is ${state}`);
  watchEvents(world, tally);
}

/** Each event stays in the hour that it came into, and counts there as it was first reported. */
export function watchEvents(world: MemoryWorld, tally: StoredTally): void {
  const { books, timeline } = world;
  const { subscriptionId, hour, dimension, events } = tally;
  const booked = books.hour(subscriptionId, hour, dimension);
  const name = hourName(tally);
  for (const { key, quantity, tags: tagsOf } of events) {
    const pk = `${subscriptionId}#${key}`;
    const event = books.events.get(pk);
    if (event) reclaim(world, event);
    if (event?.version.isUsage !== true)
      return books.violate('onlyAccepted', `${pk} is tallied, but was not accepted as usage`);
    const { version } = event;
    const same =
      version.quantity === quantity && version.dimension === dimension && tagText(version.tags) === tagText(tagsOf);
    if (!same) return books.violate('firstVersion', `${pk} is tallied in ${name}, but differs from its first report`);
    if (event.hour === name) continue;
    if (event.hour !== undefined) return books.violate('oneHour', `${pk} is in ${event.hour} and in ${name}`);
    event.hour = name;
    booked.talliedAtMs = timeline.nowMs;
    booked.total += version.quantity;
    const tags = tagText(version.tags);
    booked.byTagSet.set(tags, (booked.byTagSet.get(tags) ?? 0n) + version.quantity);
    books.account(subscriptionId, dimension).move(version.quantity, 'pending', 'open');
  }
}
