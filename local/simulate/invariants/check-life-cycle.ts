import type { BookedHour } from '../books/books';
import { NETTED_DIMENSION, type Buyer } from '../buyers';
import { exactText, wholeUnits, type Exact } from '../exact';
import type { World } from '../world';

/** When all is quiet each subscription is what AWS's agreements are, and its contract has covered what it gave. */
export function checkLifeCycle(world: World): void {
  const { books, buyers } = world;
  for (const { subscriptionId, states } of books.subscriptions.values()) {
    const state = states.at(-1)?.state;
    const expected = stateByAgreements(buyers.withSubscription(subscriptionId));
    books.require(
      state === expected,
      'lifeOfAws',
      () => `${subscriptionId} is ${state}; by AWS's agreements it is ${expected}`,
    );
  }
  for (const buyer of buyers.known)
    if (buyers.isNetted(buyer.subscriptionId, NETTED_DIMENSION)) checkCovered(world, buyer);
}

/** One that is live makes it active; else it is over, or has not begun. */
function stateByAgreements(purchases: readonly Buyer[]): string {
  if (purchases.some(({ activatedAtMs, endedAtMs }) => activatedAtMs !== undefined && endedAtMs === undefined))
    return 'active';
  return purchases.some(({ endedAtMs }) => endedAtMs !== undefined) ? 'ended' : 'pending';
}

/**
 * What a contract has covered of all that was used lies between what the smallest and the largest amount it ever gave
 * would have; where it never changed, that is one number.
 */
function checkCovered(world: World, buyer: Buyer & { subscriptionId: string }): void {
  const { books, entitlementsOfAws } = world;
  const { subscriptionId, activatedAtMs } = buyer;
  if (activatedAtMs === undefined) return;
  const hours = [...books.hours.values()].filter(
    ({ account, state }) =>
      state !== 'open' && account.subscriptionId === subscriptionId && account.dimension === NETTED_DIMENSION,
  );
  const given = entitlementsOfAws
    .between(buyer, activatedAtMs + 1, Math.min(buyer.endedAtMs ?? Infinity, world.timeline.nowMs) - 1)
    .map((amounts) => wholeUnits(amounts.get(NETTED_DIMENSION) ?? 0))
    .sort((a, b) => (a < b ? -1 : 1));
  const covered = hours.reduce((sum, hour) => sum + hour.covered, 0n);
  const used = usedByPeriod(world, { subscriptionId, activatedAtMs, hours });
  const most = sumOf(used, given.at(-1) ?? 0n);
  books.require(
    covered <= most,
    'coveredOnce',
    () => `${subscriptionId}: ${exactText(covered)} is covered, of at most ${exactText(most)}`,
  );
  // What expired at the end was billed to nobody; a renewal that is heard of first moves the periods.
  const isWhole = buyer.endedAtMs === undefined && !buyer.wasRenewed;
  const least = sumOf(used, given[0] ?? 0n);
  books.require(
    !isWhole || covered >= least,
    'coveredOnce',
    () => `${subscriptionId}: only ${exactText(covered)} is covered, of at least ${exactText(least)}`,
  );
}

const sumOf = (used: readonly Exact[], given: Exact) =>
  used.reduce((sum, quantity) => sum + (quantity < given ? quantity : given), 0n);

/** By when it was used, not by the hour it is sealed in; before the activation counts as the hour of the activation. */
function usedByPeriod(
  { books, settings }: World,
  { subscriptionId, activatedAtMs, hours }: { subscriptionId: string; activatedAtMs: number; hours: BookedHour[] },
): Exact[] {
  const rule = settings.products.find(({ contractPeriod }) => contractPeriod !== undefined)?.contractPeriod?.kind;
  const activation = new Date(Math.floor(activatedAtMs / HOUR_MS) * HOUR_MS);
  const names = new Set(hours.map(({ hour }) => `${subscriptionId}#${hour}#${NETTED_DIMENSION}`));
  const used = new Map<string, Exact>();
  for (const { version, hour } of books.events.values()) {
    if (!version.isUsage || !names.has(hour ?? '')) continue;
    const at = new Date(Math.max(version.timeMs, activation.getTime()));
    const period = rule === 'calendarMonth' ? at.toISOString().slice(0, 7) : String(monthsSince(activation, at));
    used.set(period, (used.get(period) ?? 0n) + version.quantity);
  }
  return [...used.values()];
}

const HOUR_MS = 3_600_000;

/** Whole months from one time to another, as a month's last day stands for the days it does not have. */
function monthsSince(from: Date, to: Date): number {
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(from.getUTCDate(), lastDay);
  const anniversaryMs = Date.UTC(to.getUTCFullYear(), to.getUTCMonth(), day, from.getUTCHours());
  return to.getTime() < anniversaryMs ? months - 1 : months;
}
