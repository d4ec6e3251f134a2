import type { Hour } from '../../../../lambdas/shared/domain/hour';
import type { HoldScope } from '../../../../lambdas/shared/domain/hold';
import { decimal } from '../../../../lambdas/shared/domain/decimal';
import type { HourKey } from '../../driver/books';
import type { MemoryWorld } from '../memory-engine';
import { startHolding, startLettingGo, startReleasing } from '../ops-commands';
import { meter } from './meter';

/** The operator holds something back or releases it, sometimes while a metering run is under way. */
export function hold(world: MemoryWorld): void {
  const { dice, books } = world;
  if (!world.allows('held')) return;
  if (dice.chance(0.4)) meter(world);
  const released = dice.chance(0.6) ? dice.pickMaybe([...books.holds.values()]) : undefined;
  if (released !== undefined) return release(world, released);
  const { subscriptionId, dimension } = dice.pickMaybe([...books.accounts.values()]) ?? {};
  const buyer = subscriptionId === undefined ? undefined : world.buyers.withSubscription(subscriptionId)[0];
  if (subscriptionId === undefined || buyer === undefined) return;
  const whose: HoldScope = dice.chance(0.5)
    ? { of: 'product', id: buyer.productCode }
    : { of: 'subscription', id: subscriptionId };
  const scope = { ...whose, ...(dice.chance(0.5) && { dimension }) };
  const invocation = startHolding(world, scope);
  world.engine.begin(invocation, () => world.tell(`  held ${Object.values(scope).join(' ')}: ${invocation.state}`));
}

/** The operator lets one hour go that waits for its quantity. */
export function letGo(world: MemoryWorld): void {
  const waiting = world.dice.pickMaybe(aboveMaximum(world));
  if (waiting !== undefined) letGoOne(world, waiting);
}

/** In the end nothing is held back any more. */
export function releaseEverything(world: MemoryWorld): void {
  for (const scope of world.books.holds.values()) release(world, scope);
  for (const waiting of aboveMaximum(world)) letGoOne(world, waiting);
}

function release(world: MemoryWorld, scope: HoldScope): void {
  const invocation = startReleasing(world, {
    of: scope.of,
    id: scope.id,
    ...(scope.dimension !== undefined && { dimension: scope.dimension }),
  });
  world.engine.begin(invocation, () => world.tell(`  released ${Object.values(scope).join(' ')}: ${invocation.state}`));
}

interface WaitingHour extends HourKey {
  quantity: string;
}

function aboveMaximum({ books, engine }: MemoryWorld): WaitingHour[] {
  const table = engine.dynamoDb.table('hourlyUsage');
  return [...books.hours.values()].flatMap(({ state, hour, account: { subscriptionId, dimension } }) => {
    const item = state === 'open' ? table.get({ pk: subscriptionId, sk: `${hour}#${dimension}` }) : undefined;
    const isWaiting = item?.held === 'aboveMaximum';
    return isWaiting ? [{ subscriptionId, dimension, hour, quantity: String(item?.heldQuantity) }] : [];
  });
}

function letGoOne(world: MemoryWorld, { quantity, hour, ...key }: WaitingHour): void {
  const more = world.isQuiet ? 1e9 : world.dice.pick([0, 0, 5]);
  const invocation = startLettingGo(world, { ...key, hour: hour as Hour }, decimal(quantity).plus(more));
  world.engine.begin(invocation, () => {
    if (invocation.result === true) world.count('letGo', `${hour} of ${key.subscriptionId}: ${quantity}`);
  });
}
