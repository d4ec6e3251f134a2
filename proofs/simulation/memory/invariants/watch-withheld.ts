import { hourName, tagText, type BookedHour } from '../../driver/books';
import { exactText, type Exact } from '../../driver/exact';
import { testOf } from '../../driver/tests';
import { hourOf } from '../../driver/time';
import type { MemoryWorld } from '../memory-engine';

/**
 * Sealing withholds exactly the usage of hours of tests. AWS never hears of it, because what is withheld is no longer in
 * the total that is netted, carried and billed. The account of an older product's customer is known from the registration
 * on. While nobody has said until when a test lasted, its hours wait; those that can wait no longer expire as a whole.
 */
export function watchWithheld(
  world: MemoryWorld,
  booked: BookedHour,
  { withheld, withheldUse, isExpired }: { withheld: Exact; withheldUse: readonly string[]; isExpired: boolean },
): void {
  const { books, engine } = world;
  const { account, hour } = booked;
  const { subscriptionId, dimension } = account;
  const name = hourName({ subscriptionId, hour, dimension });
  const isCertain = !engine.isBehind(subscriptionId);
  const hasNoEnd = isExpired && books.removedTests !== undefined;
  let sum = 0n;
  for (const { pk, hour: countedIn, version } of books.events.values()) {
    if (countedIn !== name) continue;
    const usedIn = hourOf(version.timeMs);
    const isWithheld = withheldUse.includes(usedIn) && withheld > 0n;
    const test = isTested(world, subscriptionId, usedIn);
    const what = (problem: string) => () => `${pk}, used in ${usedIn}, is ${problem} in ${name}`;
    // Only what an account tests depends on what is known of the subscription.
    if (version.quantity > 0n && !hasNoEnd && (isCertain || test !== 'testAccount'))
      books.require((test !== undefined) === isWithheld, 'withheld', what(test ? 'not withheld' : 'withheld'));
    if (!isWithheld) continue;
    if (test !== undefined) world.count(test, pk);
    sum += version.quantity;
    const tags = tagText(version.tags);
    booked.byTagSet.set(tags, (booked.byTagSet.get(tags) ?? 0n) - version.quantity);
  }
  books.require(sum === withheld, 'withheld', () => `${name} withholds ${exactText(withheld)} of ${exactText(sum)}`);
  booked.total -= withheld;
}

/** Why usage of a subscription in an hour must be withheld. */
export function isTested({ buyers, books, engine, settings }: MemoryWorld, subscriptionId: string, hour: string) {
  const [buyer] = buyers.withSubscription(subscriptionId);
  if (buyer === undefined) return undefined;
  const stored = engine.dynamoDb.table('subscriptions').get({ pk: subscriptionId, sk: 'subscription' });
  const isKnown = stored?.customerAWSAccountId !== undefined;
  return testOf(books.removedTests ?? settings, { ...buyer, accountId: isKnown ? buyer.accountId : '' }, hour);
}
