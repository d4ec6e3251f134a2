import type { Write } from '../../../local/dynamodb/memory-table';
import type { BookedEvent } from '../books/books';
import type { World } from '../world';
import { watchHour } from './watch-hour';
import { watchNotice, watchSubscriptionItem } from './watch-subscription';
import { watchTally } from './watch-tally';
import { exact } from '../exact';

const HOUR_MS = 3_600_000;
const FUTURE_MS = 300_000;

/** Follows every item that is written and holds it to the promises, at once. */
export function watchWrite(world: World, write: Write): void {
  switch (write.table) {
    case 'usageEvents':
      return watchUsageEvent(world, write);
    case 'usageTallies':
      return watchTally(world, write);
    case 'hourlyUsage':
      return watchHourlyUsage(world, write);
    case 'subscriptions':
      return watchSubscriptionItem(world, write);
    case 'notices':
      return watchNotice(world, write);
    case 'registrations':
      // Sessions and contact data say nothing about usage.
      return;
  }
}

function watchUsageEvent({ books, timeline, stream, longestLatenessHours }: World, { before, after }: Write): void {
  const pk = String(after.pk);
  stream.append({ newImage: after, ...(before && { oldImage: before }), atMs: timeline.nowMs });
  // Put again after its time to live, by an invocation that had slept: it is the same event, and counts once.
  if (before !== undefined || books.events.has(pk)) return;
  const versions = books.versions.get(pk) ?? [];
  // Of several versions reported, the one that was stored: by what it says, not by what production thinks of it.
  const reported = versions.find(({ isMalformed }) => isMalformed) ?? versions.find((known) => isVersion(known, after));
  if (reported === undefined) {
    return books.violate('firstVersion', `${pk} is stored as nobody reported it: ${JSON.stringify(after)}`);
  }
  const subscriptionId = String(after.subscriptionId);
  const ageMs = Date.parse(String(after.receivedAt)) - Date.parse(String(after.time));
  const version = { ...reported, isUsage: reported.isMalformed !== true && isInTime(ageMs, longestLatenessHours) };
  const flags = { isSetAside: false, isOverwritten: false, isMarkedOverwritten: false };
  books.events.set(pk, { pk, subscriptionId, version, storedAtMs: timeline.nowMs, ageMs, ...flags });
  if (!version.isUsage) return;
  const account = books.account(subscriptionId, version.dimension);
  account.used += version.quantity;
  account.move(version.quantity, undefined, 'pending');
}

function isVersion(version: { dimension: string; quantity: bigint; timeMs: number }, item: Write['after']): boolean {
  return (
    item.dimension === version.dimension &&
    Date.parse(String(item.time)) === version.timeMs &&
    quantityOf(item.quantity) === version.quantity
  );
}

/** Only what a new configuration calls too late, and no hour counts yet, is usage no more. */
function forgo({ books, counts }: World, event: BookedEvent): void {
  const { pk, subscriptionId, version } = event;
  const mayBe = counts.reconfigured !== undefined && event.hour === undefined;
  if (!mayBe) return books.violate('setAside', `${pk} is usage, and was set aside`);
  event.version = { ...version, isUsage: false };
  event.isForgone = true;
  const account = books.account(subscriptionId, version.dimension);
  account.used -= version.quantity;
  account.move(version.quantity, 'pending', undefined);
}

/** What one configuration called too late is usage when it is delivered, or fed in again, under a longer lateness. */
export function reclaim({ books, longestLatenessHours }: World, event: BookedEvent): void {
  const { subscriptionId, version, ageMs } = event;
  const mayBe = event.isForgone === true || (version.isMalformed !== true && isInTime(ageMs, longestLatenessHours));
  if (version.isUsage || !mayBe) return;
  event.version = { ...version, isUsage: true };
  event.isForgone = false;
  const account = books.account(subscriptionId, version.dimension);
  account.used += version.quantity;
  account.move(version.quantity, undefined, 'pending');
}

/** Lateness is between the item's own times: whoever looks at it again decides the same. */
function isInTime(ageMs: number, latenessHours: number): boolean {
  return ageMs >= -FUTURE_MS && ageMs <= latenessHours * HOUR_MS;
}

function quantityOf(stored: unknown): bigint | undefined {
  try {
    return exact(String(stored));
  } catch {
    return undefined;
  }
}

function watchHourlyUsage(world: World, write: Write): void {
  const { books } = world;
  const [pk, sk] = [String(write.after.pk), String(write.after.sk)];
  if (pk === 'quota') return;
  if (sk === 'ending')
    return void (write.after.openedAt === undefined ? world.openEndings.delete(pk) : world.openEndings.add(pk));
  if (sk.startsWith('balance#')) {
    const account = books.account(pk, sk.slice('balance#'.length));
    account.terms.carried = exact(String(write.after.amount));
    return;
  }
  if (!sk.startsWith('setAside#') && !sk.startsWith('overwritten#')) return watchHour(world, write);
  const event = books.events.get(String(write.after.usageEventPk));
  if (event === undefined) return books.violate('setAside', `${sk}: nobody put ${String(write.after.usageEventPk)}`);
  if (sk.startsWith('overwritten#')) {
    books.require(event.isOverwritten, 'setAside', () => `${event.pk} is marked, but nobody wrote over it`);
    event.isMarkedOverwritten = true;
  } else {
    if (event.version.isUsage) forgo(world, event);
    event.isSetAside = true;
  }
}
