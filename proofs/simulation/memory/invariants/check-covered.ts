import type { BookedHour, BookedSubscription } from '../../driver/books';
import type { Buyer, KnownBuyer } from '../../driver/buyers';
import { NETTED_DIMENSION } from '../../driver/settings';
import { isTested } from './watch-withheld';
import { exactText, exactly, type Exact } from '../../driver/exact';
import type { MemoryWorld } from '../memory-engine';
import { HOUR_MS, MINUTE_MS, hourOf, hourStartMs } from '../../driver/time';

/** The clocks of the functions differ from the true one by less. */
const CLOCKS_MS = MINUTE_MS;

/**
 * Checks that the covered usage lies between two bounds. They come from the least and the most that the contract can
 * have given in each hour: the agreed amounts between the last check before the hour and the first one after it. If the
 * amount did not change in between, the bounds are equal.
 */
export function checkCovered(world: MemoryWorld, buyer: KnownBuyer): void {
  const { books } = world;
  const { subscriptionId, activatedAtMs } = buyer;
  // One calculation for the whole month knows one period and one entitlement only.
  if (world.counts.contractTermsChanged !== undefined) return;
  const known = books.subscriptions.get(subscriptionId);
  // Periods begin with the first event of the licence that is followed, so only that case can be calculated here.
  if (activatedAtMs === undefined || known === undefined || known.activations[0]?.atMs !== activatedAtMs) return;
  const hours = [...books.hours.values()].filter(
    ({ account, state }) =>
      state !== 'open' && account.subscriptionId === subscriptionId && account.dimension === NETTED_DIMENSION,
  );
  const covered = hours.reduce((sum, hour) => sum + hour.covered, 0n);
  const used = usedInOrder(world, { subscriptionId, activatedAtMs, hours });
  const given = new Map(used.map(({ hourMs }) => [hourMs, givenIn(world, { ...buyer, activatedAtMs }, hourMs)]));
  const most = coveredOf(used, (hourMs) => given.get(hourMs)?.most ?? 0n);
  const what = (bound: string) => () => `${subscriptionId}: ${exactText(covered)} is covered, of ${bound}`;
  books.require(covered <= most, 'coveredOnce', what(`at most ${exactText(most)}`));
  if (!isKnowable(known, { ...buyer, activatedAtMs }, hours)) return;
  // Usage that expired at the end is not billed, so the contract need not cover it.
  const { expired } = books.account(subscriptionId, NETTED_DIMENSION).terms;
  const least = coveredOf(used, (hourMs) => given.get(hourMs)?.least ?? 0n);
  books.require(covered + expired >= least, 'coveredOnce', what(`at least ${exactText(least)}`));
}

/**
 * After the end AWS lists nothing. If it was not asked before, nobody can know what the contract gave. A function that
 * knows of the end waits, but hours sealed before that count the contract as empty.
 */
function isKnowable(
  { checks, ends }: BookedSubscription,
  { activatedAtMs, endedAtMs = Infinity }: Buyer & { activatedAtMs: number },
  hours: readonly BookedHour[],
): boolean {
  // The ends of the agreement and of its licence are separate events, and either may come late.
  const heardOfEndAtMs = ends.find(({ atMs }) => atMs <= endedAtMs + CLOCKS_MS)?.knownSinceMs ?? Infinity;
  const isAsked = checks.some((atMs) => atMs > activatedAtMs + CLOCKS_MS && atMs < endedAtMs - CLOCKS_MS);
  return isAsked || hours.every(({ sealedAtMs = 0 }) => sealedAtMs >= heardOfEndAtMs);
}

/** The least and the most that a contract can have given in an hour, by the times of the checks. */
function givenIn(
  { books, timeline }: MemoryWorld,
  buyer: KnownBuyer & { activatedAtMs: number },
  hourMs: number,
): { least: Exact; most: Exact } {
  const { subscriptionId, activatedAtMs, endedAtMs = Infinity } = buyer;
  const checks = books.subscriptions.get(subscriptionId)?.checks ?? [];
  const askedBeforeMs = checks.findLast((atMs) => atMs <= hourMs) ?? -Infinity;
  const askedAfterMs = checks.find((atMs) => atMs >= hourMs + HOUR_MS) ?? Infinity;
  const fromMs = Math.max(askedBeforeMs - CLOCKS_MS, activatedAtMs + 1);
  const untilMs = Math.min(askedAfterMs + CLOCKS_MS, endedAtMs - 1, timeline.nowMs);
  const amounts = books.entitlementsOfAws
    .between(buyer, Math.min(fromMs, untilMs), untilMs)
    .map((each) => exactly(each.get(NETTED_DIMENSION) ?? 0))
    .sort((a, b) => (a < b ? -1 : 1));
  return { least: hourMs < endedAtMs ? (amounts[0] ?? 0n) : 0n, most: amounts.at(-1) ?? 0n };
}

interface UsedInHour {
  period: string;
  hourMs: number;
  quantity: Exact;
}

/**
 * Covers hour after hour with the rest of each period's amount: an increase covers later use, a reduction takes nothing
 * back.
 */
function coveredOf(used: readonly UsedInHour[], given: (hourMs: number) => Exact): Exact {
  const covered = new Map<string, Exact>();
  for (const { period, hourMs, quantity } of used) {
    const before = covered.get(period) ?? 0n;
    const limit = before > given(hourMs) ? before : given(hourMs);
    covered.set(period, before + quantity < limit ? before + quantity : limit);
  }
  return [...covered.values()].reduce((sum, each) => sum + each, 0n);
}

/**
 * Usage by its hour of use, not the hour that seals it; usage from before the activation counts in the activation's
 * hour.
 */
function usedInOrder(
  world: MemoryWorld,
  { subscriptionId, activatedAtMs, hours }: { subscriptionId: string; activatedAtMs: number; hours: BookedHour[] },
): UsedInHour[] {
  const { books, settings } = world;
  const rule = settings.products.find(({ contractPeriod }) => contractPeriod !== undefined)?.contractPeriod?.kind;
  const activation = new Date(hourStartMs(activatedAtMs));
  const names = new Set(hours.map(({ hour }) => `${subscriptionId}#${hour}#${NETTED_DIMENSION}`));
  const used: UsedInHour[] = [];
  for (const { version, hour } of books.events.values()) {
    if (!version.isUsage || !names.has(hour ?? '')) continue;
    if (isTested(world, subscriptionId, hourOf(version.timeMs)) !== undefined) continue;
    const at = new Date(Math.max(version.timeMs, activation.getTime()));
    const period = rule === 'calendarMonth' ? at.toISOString().slice(0, 7) : String(monthsSince(activation, at));
    used.push({ period, hourMs: hourStartMs(at.getTime()), quantity: version.quantity });
  }
  return used.sort((a, b) => a.hourMs - b.hourMs);
}

/** Whole months from one time to another; a short month's last day stands for the days that it lacks. */
function monthsSince(from: Date, to: Date): number {
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(from.getUTCDate(), lastDay);
  const anniversaryMs = Date.UTC(to.getUTCFullYear(), to.getUTCMonth(), day, from.getUTCHours());
  return to.getTime() < anniversaryMs ? months - 1 : months;
}
