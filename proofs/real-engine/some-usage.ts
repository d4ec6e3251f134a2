import type { Dice } from '../simulation/dice';
import { TAG_KEYS } from '../simulation/settings';
import type { EngineBuyer, Reported } from './books';
import type { EngineWorld } from './engine-world';
import { DIMENSIONS, LATENESS_HOURS } from './settings';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Separates usage in time from late usage. No step of the driver takes longer. */
const MARGIN_MS = 20 * MINUTE_MS;

/** Buyers whose usage can be reported. */
export function users({ buyers }: EngineWorld): (EngineBuyer & { subscriptionId: string })[] {
  return buyers.filter(
    (buyer): buyer is EngineBuyer & { subscriptionId: string } => !buyer.isEnded && buyer.subscriptionId !== undefined,
  );
}

/** Mostly honest new usage, and sometimes an earlier event again. Undefined while nobody has subscribed. */
export function someUsage(world: EngineWorld): Reported | undefined {
  const { dice } = world;
  const earlier = dice.pickMaybe(
    world.reported.slice(-60).filter(({ subscriptionId }) => isUser(world, subscriptionId)),
  );
  if (earlier?.isUsage === true && isInTime(world, earlier)) {
    if (dice.chance(0.08)) {
      world.count('duplicateEvent');
      return earlier;
    }
    if (dice.chance(0.05)) {
      world.count('otherQuantity');
      return { ...earlier, quantity: `${dice.between(100, 999)}.5` };
    }
  }
  return newUsage(world);
}

function isUser(world: EngineWorld, subscriptionId: string): boolean {
  return users(world).some((buyer) => buyer.subscriptionId === subscriptionId);
}

function isInTime({ clock }: EngineWorld, { timeMs }: Reported): boolean {
  return clock.now() - timeMs < LATENESS_HOURS * HOUR_MS - MARGIN_MS;
}

export function newUsage(world: EngineWorld, dimension?: string): Reported | undefined {
  const { dice, marketplace } = world;
  const buyer = dice.pickMaybe(users(world));
  if (buyer === undefined) return undefined;
  if (marketplace.agreement(buyer.actor.agreement.agreementId).activatedAtMs === undefined)
    world.count('usageBeforeActivation');
  world.ids += 1;
  const { subscriptionId } = buyer;
  const id = `e${world.ids}`;
  return {
    pk: `${subscriptionId}##${id}`,
    subscriptionId,
    id,
    dimension: dimension ?? dice.pick(DIMENSIONS),
    quantity: someQuantity(dice),
    ...someTime(world),
    tags: someTags(dice),
  };
}

export function someQuantity(dice: Dice): string {
  return dice.pick([
    ...['0.1', '0.1', '1', '1', '7', '0', '12.5', '0.333333333333333333', '0.000000000000000001', '250'],
    `${dice.below(40)}.${dice.between(1, 9)}`,
    String(dice.between(1, 500)),
  ]);
}

function someTime(world: EngineWorld): Pick<Reported, 'timeMs' | 'isUsage'> {
  const { dice } = world;
  const nowMs = world.clock.now();
  const latenessMs = LATENESS_HOURS * HOUR_MS;
  if (dice.chance(0.07)) {
    world.count('lateEvent');
    return { timeMs: nowMs - dice.between(HOUR_MS, latenessMs - MARGIN_MS), isUsage: true };
  }
  if (dice.chance(0.02)) {
    world.count('tooLateEvent');
    return { timeMs: nowMs - latenessMs - dice.between(MARGIN_MS, 40 * HOUR_MS), isUsage: false };
  }
  if (dice.chance(0.02)) {
    world.count('futureEvent');
    return { timeMs: nowMs + MARGIN_MS + dice.below(600 * MINUTE_MS), isUsage: false };
  }
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  // At the edges of an hour, usage can most easily go to the wrong one.
  if (dice.chance(0.05)) return { timeMs: dice.pick([hourMs, hourMs - 1]), isUsage: true };
  return { timeMs: nowMs - dice.below(12 * MINUTE_MS), isUsage: true };
}

function someTags(dice: Dice): Record<string, string> {
  if (dice.chance(0.5)) return {};
  return Object.fromEntries(TAG_KEYS.filter(() => dice.chance(0.6)).map((key) => [key, dice.pick(['a', 'b', 'c'])]));
}
