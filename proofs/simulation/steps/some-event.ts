import { LEGACY_PRODUCT, TAG_KEYS } from '../settings';
import type { ReportedEvent, World } from '../world';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A usage event: mostly an honest new one. Undefined while nobody has subscribed. */
export function someEvent(world: World): ReportedEvent | undefined {
  const { dice } = world;
  const earlier = dice.pickMaybe(world.reported.slice(-120));
  if (earlier && world.strikes('duplicateEvent', 0.08)) {
    world.count('duplicateEvent');
    return earlier;
  }
  if (earlier && world.strikes('otherQuantity', 0.04)) {
    world.count('otherQuantity');
    return { ...earlier, quantityText: someQuantity(world) };
  }
  const event = newEvent(world);
  if (event === undefined) return undefined;
  world.reported.push(event);
  return event;
}

function newEvent(world: World): ReportedEvent | undefined {
  const { dice, settings } = world;
  // The seller's application notices in the end that nobody uses it any more.
  const users = world.buyers.known.filter(({ endedAtMs = Infinity }) => endedAtMs + 8 * HOUR_MS > world.timeline.nowMs);
  // Usage comes in runs: what was used is used again.
  const last = world.reported.at(-1);
  const goesOn = last !== undefined && !world.buyers.isUnmetered(last.subscriptionId);
  const before = dice.chance(settings.shareOfRuns) && goesOn ? last : undefined;
  const buyer = users.find(({ subscriptionId }) => subscriptionId === before?.subscriptionId) ?? dice.pickMaybe(users);
  if (buyer === undefined) return undefined;
  if (buyer.activatedAtMs === undefined) world.count('usageBeforeActivation');
  if (buyer.endedAtMs !== undefined) world.count('usageAfterEnd');
  const product = settings.products.find(({ productCode }) => productCode === buyer.productCode);
  const names = product?.dimensions.map(({ apiName }) => apiName).filter((name) => name !== 'unlisted') ?? [];
  const isUnlisted = buyer.productCode !== LEGACY_PRODUCT && world.allows('poisonedCall') && dice.chance(0.004);
  world.ids += 1;
  const source = dice.pick(['', '', 'app/1', 'app#2', 'app%232']);
  const { subscriptionId } = buyer;
  let id = `e${world.ids}`;
  const other = dice.pickMaybe(world.reported.slice(-20));
  // After its time to live an id may be taken again, and is another event.
  if (
    other &&
    other.timeMs > world.timeline.nowMs - 24 * HOUR_MS &&
    other.source !== source &&
    world.strikes('sameIdOtherSource', 0.03)
  ) {
    world.count('sameIdOtherSource');
    id = other.id;
  }
  return {
    pk: `${subscriptionId}#${source.replaceAll('%', '%25').replaceAll('#', '%23')}#${id}`,
    ...{ subscriptionId, source, id },
    dimension:
      isUnlisted && product?.dimensions.some(({ apiName }) => apiName === 'unlisted')
        ? 'unlisted'
        : (names.find((name) => name === before?.dimension) ?? dice.pick(names)),
    quantityText: someQuantity(world),
    timeMs: someTime(world),
    tags: someTags(world),
  };
}

export function someQuantity(world: World): string {
  const { dice } = world;
  if (world.strikes('hugeQuantity', 0.004)) {
    world.count('hugeQuantity');
    return dice.pick(['2147483647', '2147483646.999999999999999999', '2000000000']);
  }
  return dice.pick([
    ...['0.1', '0.1', '1', '1', '7', '0', '12.5', '0.333333333333333333', '0.000000000000000001', '250'],
    `${dice.below(40)}.${dice.between(1, 9)}`,
    String(dice.between(1, 500)),
  ]);
}

function someTime(world: World): number {
  const { dice } = world;
  const nowMs = world.functionClock.now();
  const latenessMs = world.settings.latenessHours * HOUR_MS;
  if (world.strikes('lateEvent', 0.06)) {
    world.count('lateEvent');
    return nowMs - dice.between(HOUR_MS, latenessMs - MINUTE_MS);
  }
  if (world.strikes('tooLateEvent', 0.02)) {
    world.count('tooLateEvent');
    return nowMs - latenessMs - dice.between(MINUTE_MS, 40 * HOUR_MS);
  }
  if (world.strikes('futureEvent', 0.02)) {
    world.count('futureEvent');
    return nowMs + dice.between(6, 600) * MINUTE_MS;
  }
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  // The edges of an hour are where it goes to the wrong one.
  if (dice.chance(0.05)) return dice.pick([hourMs, hourMs - 1]);
  return nowMs + dice.between(-12 * MINUTE_MS, 30_000);
}

function someTags({ dice }: World): Record<string, string> {
  if (dice.chance(0.5)) return {};
  return Object.fromEntries(TAG_KEYS.filter(() => dice.chance(0.6)).map((key) => [key, dice.pick(['a', 'b', 'c'])]));
}
