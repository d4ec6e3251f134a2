import type { BookedHour } from '../../driver/books';
import { exactly } from '../../driver/exact';
import { toHour } from '../../driver/stored-items';
import type { Item } from '../../../../local/dynamodb/values/item';
import type { MemoryWorld } from '../memory-engine';
import { requestKey } from './window';

/** Whether this write gives a sealed record another ARN. */
export function hasOtherLicense({ record }: BookedHour, after: Item): boolean {
  return after.state === 'sealed' && record?.customer.licenseArn !== toHour(after).record?.customer.licenseArn;
}

/** Only an ARN of an event may be replaced, once, and only if no send of the record can have been billed. */
export function watchOtherLicense(
  world: MemoryWorld,
  booked: BookedHour,
  { after, name, frozen, isSendOpen }: { after: Item; name: string; frozen: string; isSendOpen: boolean },
): void {
  const { books, engine } = world;
  const { record: old } = booked;
  const { record } = toHour(after);
  if (old === undefined || record === undefined) return books.violate('frozen', `${name} lost its record`);
  world.count('frozenAnewByLicense', name);
  books.require(!isSendOpen, 'frozen', () => `${name} gets another licence, but a send of it has no answer`);
  const isOfEvent = old.customer.licenseArnFrom === 'event' && record.customer.licenseArnFrom === undefined;
  books.require(isOfEvent, 'frozen', () => `${name} gets another licence, but its own was registered`);
  books.require(engine.aws.billedFor(old) === undefined, 'frozen', () => `${name} gets another licence; AWS bills it`);
  const isSame = exactly(old.quantity) === exactly(record.quantity) && old.timestampSeconds === record.timestampSeconds;
  books.require(isSame, 'frozen', () => `${name} gets another licence, and another quantity or time`);
  booked.record = record;
  booked.frozen = frozen;
  booked.isAnew = true;
  const { customer, dimension, timestampSeconds } = record;
  books.byRequest.set(requestKey(customer.licenseArn, dimension, timestampSeconds * 1000), booked);
}
