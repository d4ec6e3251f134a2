import type { BookedHour } from '../../driver/books';
import type { MemoryWorld } from '../memory-engine';
import type { Exact } from '../../driver/exact';
import { isAboveMaximum, wasHeld } from './watch-hold';
import { isTested } from './watch-withheld';
import { HOUR_MS, hourOf, startOfHour } from '../../driver/time';

/** A run may take this long from its read to its write, including the error of the clocks. */
const LONGEST_RUN_MS = 300_000;
/** An hour that is sealed this late need not open the next one, which AWS may no longer accept. */
const PROMPT_MS = 3 * HOUR_MS;

/** While a seller asks for zero records, every sealed hour of an active subscription is sent and opens the next one. */
export function watchZero(
  world: MemoryWorld,
  booked: BookedHour,
  { quantity, carriedOut }: { quantity: Exact | undefined; carriedOut: Exact },
): void {
  const { books, buyers, engine, timeline } = world;
  // An invocation that slept may know an old configuration or an old state of the subscription.
  if ((world.books.zeros.length === 0 && quantity !== 0n) || timeline.nowMs < engine.lastWokenMs + HOUR_MS) return;
  const { hour, account } = booked;
  const { subscriptionId, dimension } = account;
  const what = (problem: string) => () => `${subscriptionId} ${dimension} ${hour}: ${problem}`;
  const sinceMs = timeline.nowMs - LONGEST_RUN_MS;
  const states = books.statesOf(subscriptionId, sinceMs, timeline.nowMs);
  const asked = askedFor(world, subscriptionId, dimension);
  const endMs = startOfHour(hour) + HOUR_MS;
  if (quantity === 0n) {
    const mayBe = states.includes('active') && asked.some(({ untilMs }) => untilMs >= sinceMs);
    books.require(mayBe, 'zeroRecords', what('nobody asked for a 0'));
    const isTest = isTested(world, subscriptionId, hour) !== undefined;
    books.require(!isTest, 'zeroRecords', what('a 0 for an hour of tests'));
    books.require(timeline.nowMs >= endMs - LONGEST_RUN_MS, 'zeroRecords', what('a 0 before the hour is over'));
  }
  const isCertain =
    states.every((state) => state === 'active') &&
    asked.some(({ fromMs, untilMs }) => fromMs <= sinceMs && untilMs === Infinity) &&
    buyers.isMetered(subscriptionId, dimension, world.settings.products) &&
    isTested(world, subscriptionId, hour) === undefined &&
    !wasHeld(world, { subscriptionId, dimension, hour }) &&
    // Near the end of the month, such an hour cannot wait for the operator and is carried.
    !(quantity === undefined && isAboveMaximum(world, { subscriptionId, dimension, hour }, carriedOut)) &&
    buyers.withSubscription(subscriptionId).every(({ activatedAtMs = Infinity }) => activatedAtMs < endMs) &&
    // A registration activates a legacy buyer; until AWS's message is followed, nobody here knows that it began earlier.
    books.activationsOf(subscriptionId, sinceMs, timeline.nowMs).every((atMs) => atMs < endMs) &&
    timeline.nowMs < endMs + PROMPT_MS;
  if (!isCertain) return;
  books.require(quantity !== undefined, 'zeroRecords', what('nothing is sent'));
  const next = hourOf(endMs);
  const follows = engine.dynamoDb.table('hourlyUsage').get({ pk: subscriptionId, sk: `${next}#${dimension}` });
  books.require(follows !== undefined, 'zeroRecords', what('no hour comes after it'));
}

/** A subscription that became active has an open hour once the change has been delivered to metering. */
export function checkZerosBegun(world: MemoryWorld, subscriptionId: string, startedAtMs: number): void {
  const { books } = world;
  const states = books.statesOf(subscriptionId, startedAtMs - LONGEST_RUN_MS, world.timeline.nowMs);
  if (states.at(-1) !== 'active') return;
  const from = new Date(startedAtMs - LONGEST_RUN_MS).toISOString().slice(0, 13);
  for (const { dimension, productCode, fromMs, untilMs } of world.books.zeros) {
    const isOf = world.buyers.withSubscription(subscriptionId).some((buyer) => buyer.productCode === productCode);
    if (!isOf || fromMs > startedAtMs || untilMs !== Infinity) continue;
    const isBegun = [...books.hours.values()].some(
      ({ account, state, hour }) =>
        state === 'open' &&
        hour >= from &&
        account.subscriptionId === subscriptionId &&
        account.dimension === dimension,
    );
    books.require(isBegun, 'zeroRecords', () => `${subscriptionId} is active, and no hour of ${dimension} is open`);
  }
}

function askedFor({ books, buyers }: MemoryWorld, subscriptionId: string, dimension: string) {
  const products = new Set(buyers.withSubscription(subscriptionId).map(({ productCode }) => productCode));
  return books.zeros.filter((asked) => asked.dimension === dimension && products.has(asked.productCode));
}
