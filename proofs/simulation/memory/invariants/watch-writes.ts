import type { ItemWrite } from '../../../../local/dynamodb/memory-dynamodb';
import type { MemoryWorld } from '../memory-engine';
import { watchHour } from './watch-hour';
import { watchHold } from './watch-hold';
import { watchTrial } from './watch-trial';
import { watchNotice, watchSubscriptionItem } from './watch-subscription';
import { watchTally } from './watch-tally';
import { forgo, watchUsageEvent } from './watch-usage-event';
import { exact } from '../../driver/exact';

/** Follows every write and checks its promises immediately. */
export function watchWrite(world: MemoryWorld, write: ItemWrite): void {
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
      // Sessions and contact data do not affect usage.
      return;
  }
}

function watchHourlyUsage(world: MemoryWorld, write: ItemWrite): void {
  const { books } = world;
  const [pk, sk] = [String(write.after.pk), String(write.after.sk)];
  if (pk === 'quota') return;
  if (pk === 'holds' || pk === 'holdLog') return watchHold(world, write);
  if (pk === 'tests') return void books.notedTests.add(sk);
  if (pk === 'decimals') return watchTrial(world, sk, write);
  if (sk === 'ending')
    return void (write.after.openedAt === undefined
      ? world.books.openEndings.delete(pk)
      : world.books.openEndings.add(pk));
  if (sk.startsWith('balance#')) {
    const account = books.account(pk, sk.slice('balance#'.length));
    account.terms.carried = exact(String(write.after.amount));
    return;
  }
  if (!sk.startsWith('setAside#') && !sk.startsWith('overwritten#')) return watchHour(world, write);
  const event = books.events.get(String(write.after.usageEventPk));
  if (event === undefined) return books.violate('setAside', `${sk}: ${String(write.after.usageEventPk)} was never put`);
  if (sk.startsWith('overwritten#')) {
    books.require(event.isOverwritten, 'setAside', () => `${event.pk} is marked, but was not overwritten`);
    event.isMarkedOverwritten = true;
  } else {
    if (event.version.isUsage) forgo(world, event);
    event.isSetAside = true;
  }
}
