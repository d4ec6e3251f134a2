import type { BookedHour } from '../../driver/books';
import { exactly, exactText } from '../../driver/exact';
import { toHour } from '../../driver/stored-items';
import type { Item } from '../../../../local/dynamodb/values/item';
import type { MemoryWorld } from '../memory-engine';
import { requestKey } from './window';

const UNIT = exactly(1);

/** Whether this write replaces a decimal record by a whole one, or by nothing. */
export function isAnew({ record }: BookedHour, after: Item): boolean {
  if (after.lastReason !== 'frozenAnew' || record?.form !== 'decimal') return false;
  // One that was frozen anew before, with another licence, keeps the reason when its window closes and it is carried.
  return after.state === 'carried' ? exactly(record.quantity) < UNIT : toHour(after).record?.form === 'whole';
}

/** Only a record that AWS certainly does not bill may change its form; the rest goes to the Balance. */
export function watchFrozenAnew(
  world: MemoryWorld,
  booked: BookedHour,
  { after, name, frozen, isSendOpen }: { after: Item; name: string; frozen: string; isSendOpen: boolean },
): void {
  const { books, engine } = world;
  const { record: old, account, total } = booked;
  if (old === undefined) return;
  world.count('frozenAnew', name);
  books.require(!isSendOpen, 'frozen', () => `${name} is frozen anew, but a send of it has no answer`);
  const billed = engine.aws.billedFor(old);
  const isTaken = billed !== undefined && exactly(billed.quantity) === exactly(old.quantity);
  books.require(!isTaken, 'frozen', () => `${name} is frozen anew, but AWS bills it`);
  const { record, carriedIn, carriedOut, expiredQuantity, coveredQuantity } = toHour(after);
  const isCarried = after.state === 'carried';
  const [before, now] = [exactly(old.quantity), isCarried ? 0n : exactly(record?.quantity ?? 0)];
  const isWholePart = now <= before && now % UNIT === 0n;
  books.require(isWholePart, 'frozen', () => `${name} had ${exactText(before)} and has ${exactText(now)} anew`);
  if (!isCarried)
    books.require(
      total + carriedIn === now + carriedOut + expiredQuantity + coveredQuantity,
      'sealedAsTallied',
      () => `${name}: used + carried in ≠ quantity anew + carried out + expired + covered`,
    );
  // The Balance changes in the same transaction.
  account.move(before - now, 'sealed', undefined);
  booked.record = record;
  booked.frozen = frozen;
  booked.isAnew = true;
  // It is another request from now on.
  const { customer, dimension, timestampSeconds } = old;
  const key = requestKey(customer.licenseArn ?? customer.customerIdentifier, dimension, timestampSeconds * 1000);
  books.requests.delete(key);
  books.refusedByAws.delete(key);
}
