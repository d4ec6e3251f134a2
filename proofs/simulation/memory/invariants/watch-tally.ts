import { hourName, tagText } from '../../driver/books';
import type { ItemWrite } from '../../../../local/dynamodb/memory-dynamodb';
import { toTally } from '../../driver/stored-items';
import type { MemoryWorld } from '../memory-engine';
import { reclaim } from './watch-usage-event';

/** Each event of a new tally stays in one hour, and counts there as it was first reported. */
export function watchTally(world: MemoryWorld, { before, after }: ItemWrite): void {
  const { books, engine, timeline } = world;
  books.require(before === undefined, 'frozen', () => `the tally ${String(after.pk)} was written over`);
  engine.tallyWrittenAtMs.set(after, timeline.nowMs);
  const { subscriptionId, hour, dimension, events } = toTally(after);
  const booked = books.hour(subscriptionId, hour, dimension);
  const name = hourName({ subscriptionId, hour, dimension });
  books.require(booked.state === 'open', 'frozen', () => `a tally was added to ${name}, which is ${booked.state}`);
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
