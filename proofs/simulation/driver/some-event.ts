import type { ReportedEvent } from './books';
import type { Buyer, KnownBuyer } from './buyers';
import { gapsOf, hoursWithin } from './gaps';
import { LEGACY_PRODUCT, TAG_KEYS, UNLISTED_DIMENSION } from './settings';
import type { World } from './world';
import { HOUR_MS, MINUTE_MS, hourStartMs } from './time';

/** A usage event: mostly an honest new one, sometimes an earlier one again. Undefined while nobody has subscribed. */
export function someEvent(world: World): ReportedEvent | undefined {
  const { dice, settings } = world;
  const recent = world.reported.slice(-120);
  const earlier = dice.pickMaybe(settings.isCautious ? recent.filter((event) => mayRepeat(world, event)) : recent);
  if (earlier && world.strikes('duplicateEvent', 0.08)) {
    world.count('duplicateEvent');
    return earlier;
  }
  if (earlier && world.strikes('otherQuantity', 0.05)) {
    world.count('otherQuantity');
    return { ...earlier, quantityText: someQuantity(world) };
  }
  return newEvent(world);
}

function mayRepeat(world: World, { subscriptionId, timeMs }: ReportedEvent): boolean {
  const { settings, timeline } = world;
  const ageMs = timeline.nowMs - timeMs;
  const isInTime = ageMs > 0 && ageMs < settings.latenessHours * HOUR_MS - marginMs(world);
  return isInTime && usersOf(world).some((user) => user.subscriptionId === subscriptionId);
}

/** The margin between timely and late usage; a cautious application leaves more of it than any step takes. */
const marginMs = ({ settings }: World) => (settings.isCautious ? 20 : 1) * MINUTE_MS;

/** Buyers whose usage is reported. Most applications notice only hours later that a buyer has left. */
function usersOf({ buyers, settings, timeline }: World): KnownBuyer[] {
  const afterEndMs = settings.isCautious ? 0 : 8 * HOUR_MS;
  return buyers.known.filter(({ endedAtMs = Infinity }) => endedAtMs + afterEndMs > timeline.nowMs);
}

/** @param of - default: any buyer */
export function newEvent(
  world: World,
  { dimension, of }: { dimension?: string; of?: Buyer } = {},
): ReportedEvent | undefined {
  const { dice, settings } = world;
  const users = usersOf(world).filter(({ agreementId }) => of === undefined || agreementId === of.agreementId);
  // Usage comes in runs of the same subscription and dimension.
  const last = world.reported.at(-1);
  const goesOn = last !== undefined && !world.buyers.isUnmetered(last.subscriptionId);
  const before = dice.chance(settings.shareOfRuns) && goesOn ? last : undefined;
  const returned = dice.chance(0.3)
    ? users.find(({ subscriptionId }) => gapHoursOf(world, subscriptionId).length > 0)
    : undefined;
  // A buyer who has just registered tries the product, mostly before AWS activates the licence.
  const early = users.filter(({ activatedAtMs }) => activatedAtMs === undefined);
  const isFirstUse = early.length > 0 && dice.chance(0.3);
  const same = isFirstUse ? undefined : users.find(({ subscriptionId }) => subscriptionId === before?.subscriptionId);
  const buyer = returned ?? same ?? dice.pickMaybe(isFirstUse ? early : users);
  if (buyer === undefined) return undefined;
  if (buyer.activatedAtMs === undefined) world.count('usageBeforeActivation');
  if (buyer.endedAtMs !== undefined) world.count('usageAfterEnd');
  const source = dice.pick(settings.sources);
  const { subscriptionId } = buyer;
  const id = someId(world, source);
  const event = {
    pk: `${subscriptionId}#${source.replaceAll('%', '%25').replaceAll('#', '%23')}#${id}`,
    subscriptionId,
    source,
    id,
    dimension: dimension ?? someDimension(world, buyer, before?.dimension),
    quantityText: someQuantity(world),
    timeMs: someTimeInGap(world, subscriptionId) ?? someTime(world),
    tags: someTags(world),
  };
  world.reported.push(event);
  return event;
}

function someId(world: World, source: string): string {
  world.ids += 1;
  const other = world.dice.pickMaybe(world.reported.slice(-20));
  // After its time to live an id may be used again, for another event.
  const isOther = other && other.timeMs > world.timeline.nowMs - 24 * HOUR_MS && other.source !== source;
  if (!isOther || !world.strikes('sameIdOtherSource', 0.03)) return `e${world.ids}`;
  world.count('sameIdOtherSource');
  return other.id;
}

function someDimension(world: World, { productCode }: Buyer, before: string | undefined): string {
  const { dice, settings } = world;
  const product = settings.products.find((each) => each.productCode === productCode);
  // Applications also use what the seller has removed.
  const removed = [...world.books.removedDimensions]
    .map((name) => name.split(' '))
    .filter(([code]) => code === productCode);
  const listed = product?.dimensions.map(({ apiName }) => apiName) ?? [];
  const names = [...new Set([...listed, ...removed.map(([, name = '']) => name)])];
  const isUnlisted = productCode !== LEGACY_PRODUCT && world.allows('poisonedCall') && dice.chance(0.004);
  if (isUnlisted && names.includes(UNLISTED_DIMENSION)) return UNLISTED_DIMENSION;
  const usual = names.filter((name) => !settings.unusualDimensions.has(name));
  return usual.find((name) => name === before) ?? dice.pick(usual);
}

const USUAL_QUANTITIES = ['0.1', '0.1', '1', '1', '7', '0', '12.5'];
const FINE_QUANTITIES = ['0.333333333333333333', '0.000000000000000001'];

function someQuantity(world: World): string {
  const { dice } = world;
  if (world.strikes('hugeQuantity', 0.004)) {
    world.count('hugeQuantity');
    return dice.pick(['2147483647', '2147483646.999999999999999999', '2000000000']);
  }
  return dice.pick([
    ...USUAL_QUANTITIES,
    ...FINE_QUANTITIES,
    '250',
    `${dice.below(40)}.${dice.between(1, 9)}`,
    String(dice.between(1, 500)),
  ]);
}

/** A customer came back, and the application reports what it believes was used in between. */
function someTimeInGap(world: World, subscriptionId: string): number | undefined {
  const { dice } = world;
  const hourMs = dice.pickMaybe(gapHoursOf(world, subscriptionId));
  return hourMs !== undefined && world.strikes('usedInGap', 0.5) ? hourMs + dice.below(HOUR_MS) : undefined;
}

/** The hours between two purchases whose usage is not too late yet. */
function gapHoursOf(world: World, subscriptionId: string): number[] {
  const { buyers, settings, functionClock } = world;
  const sinceMs = functionClock.now() - settings.latenessHours * HOUR_MS + marginMs(world);
  return gapsOf(buyers, subscriptionId)
    .flatMap(hoursWithin)
    .filter((hourMs) => hourMs >= sinceMs);
}

function someTime(world: World): number {
  const { dice } = world;
  const nowMs = world.functionClock.now();
  const latenessMs = world.settings.latenessHours * HOUR_MS;
  if (world.strikes('lateEvent', 0.06)) {
    world.count('lateEvent');
    return nowMs - dice.between(HOUR_MS, latenessMs - marginMs(world));
  }
  if (world.strikes('tooLateEvent', 0.02)) {
    world.count('tooLateEvent');
    return nowMs - latenessMs - dice.between(marginMs(world), 40 * HOUR_MS);
  }
  if (world.strikes('futureEvent', 0.02)) {
    world.count('futureEvent');
    return nowMs + marginMs(world) + dice.between(5, 600) * MINUTE_MS;
  }
  const hourMs = hourStartMs(nowMs);
  // Usage at the edges of an hour goes to a wrong hour most easily.
  if (dice.chance(0.05)) return dice.pick([hourMs, hourMs - 1]);
  return nowMs + dice.between(-12 * MINUTE_MS, 30_000);
}

function someTags({ dice }: World): Record<string, string> {
  if (dice.chance(0.5)) return {};
  return Object.fromEntries(TAG_KEYS.filter(() => dice.chance(0.6)).map((key) => [key, dice.pick(['a', 'b', 'c'])]));
}
