import type { BookedHour } from '../../driver/books';
import type { Exact } from '../../driver/exact';
import type { MemoryWorld } from '../memory-engine';
import { HOUR_MS, MINUTE_MS, hourStartMs, startOfHour } from '../../driver/time';

/** The clocks of the functions differ from the true one by less. */
const CLOCKS_MS = MINUTE_MS;

/** A contract covers at most the usage, and only once AWS was asked what it gave in the hour. */
export function watchCovered(
  world: MemoryWorld,
  { account, hour, total }: BookedHour,
  { covered, isExpired }: { covered: Exact; isExpired: boolean },
): void {
  const { books, buyers } = world;
  const { subscriptionId, dimension } = account;
  const what = (problem: string) => () => `${subscriptionId} ${dimension} ${hour}: ${problem}`;
  if (buyers.isUnmetered(subscriptionId)) books.require(isExpired, 'neverMetered', what('is decided before the end'));
  if (!buyers.isNetted(subscriptionId, dimension))
    return books.require(covered === 0n, 'coveredOnce', what('no contract covers this dimension'));
  if (covered > 0n) world.count('covered', `${hour} of ${subscriptionId}`);
  books.require(covered <= total, 'coveredOnce', what('more is covered than was used'));
  // Usage that expires at the end is not billed, whatever the contract gave. Without `coveredBy` nobody asks AWS.
  if (isExpired || world.counts.contractTermsChanged !== undefined) return;
  const { checkedAtMs = -Infinity } = books.subscriptions.get(subscriptionId) ?? {};
  const endedAtMs = Math.min(...buyers.withSubscription(subscriptionId).map((buyer) => buyer.endedAtMs ?? Infinity));
  // Usage from before the activation counts in the activation's hour, because AWS lists nothing earlier.
  const activatedAtMs = Math.min(...buyers.withSubscription(subscriptionId).map((buyer) => buyer.activatedAtMs ?? 0));
  const usedAtMs = Math.max(startOfHour(hour), hourStartMs(activatedAtMs));
  const isFresh = checkedAtMs >= usedAtMs + HOUR_MS || checkedAtMs >= endedAtMs - CLOCKS_MS;
  books.require(isFresh, 'coveredOnce', what('AWS was not asked after the end of the hour what the contract gave'));
}
