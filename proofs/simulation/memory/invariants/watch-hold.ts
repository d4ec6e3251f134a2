import type { ItemWrite } from '../../../../local/dynamodb/memory-dynamodb';
import type { HourKey } from '../../driver/books';
import { exactly, exactText, type Exact } from '../../driver/exact';
import { HOUR_MS, MINUTE_MS, startOfHour } from '../../driver/time';
import type { MemoryWorld } from '../memory-engine';
import { windowEndMs } from './window';

/** Follows what the operator holds back. */
export function watchHold({ books, timeline }: MemoryWorld, { after }: ItemWrite): void {
  const { pk, sk, by, of, id, dimension } = after;
  if (pk !== 'holds') return;
  const name = String(sk);
  if (by !== undefined && !books.holds.has(name)) {
    const whose = of === 'product' ? 'product' : 'subscription';
    const rest = dimension === undefined ? {} : { dimension: String(dimension) };
    books.holds.set(name, { of: whose, id: String(id), ...rest, sinceMs: timeline.nowMs });
  }
  const released = by === undefined ? books.holds.get(name) : undefined;
  if (released === undefined) return;
  books.holds.delete(name);
  books.released.push({ ...released, untilMs: timeline.nowMs });
}

/** Clocks differ, and the events of one end are seconds apart. */
const SLACK_MS = 3 * MINUTE_MS;
/** A hold takes effect within this time. */
const EFFECTIVE_AFTER_MS = MINUTE_MS;
/** A run may take this long from its read of the holds to what it decides from them. */
const LONGEST_RUN_MS = 5 * MINUTE_MS;

/** A record that leaves for AWS for the first time is not held back, unless it could wait no longer. */
export function watchHeld(
  world: MemoryWorld,
  hourKey: HourKey,
  { atMs, name, quantity }: { atMs: number; name: string; quantity: Exact },
): void {
  const { books, timeline, settings, buyers } = world;
  const ends = buyers.withSubscription(hourKey.subscriptionId).map(({ endedAtMs = Infinity }) => endedAtMs);
  const lastMs = Math.min(...ends) + 40 * MINUTE_MS;
  const untilMs = Math.min(windowEndMs(atMs) - settings.holdUntilHours * HOUR_MS, lastMs) - 2 * MINUTE_MS;
  const isEnding = books
    .statesOf(hourKey.subscriptionId, timeline.nowMs - LONGEST_RUN_MS, timeline.nowMs)
    .some((state) => state !== 'active');
  if (timeline.nowMs >= untilMs || isEnding) return;
  const held = [...books.holds.values()].find((each) => covers(world, each, hourKey));
  const isHeld = held !== undefined && timeline.nowMs - held.sinceMs >= EFFECTIVE_AFTER_MS;
  // Its run was stopped after it had counted the send: nobody knows that AWS was not told, so the record goes on.
  const isInDoubt = world.engine.claimers.isStopped(
    books.hour(hourKey.subscriptionId, hourKey.hour, hourKey.dimension),
  );
  books.require(!isHeld || isInDoubt, 'held', () => `${name} is sent for the first time`);
  const max = maxPerHour(world, hourKey);
  const sk = `${hourKey.hour}#${hourKey.dimension}`;
  const item = world.engine.dynamoDb.table('hourlyUsage').get({ pk: hourKey.subscriptionId, sk });
  const released = (item?.released as { quantity?: unknown } | undefined)?.quantity ?? 0;
  const isAllowed = max === undefined || quantity <= exactly(max) || quantity <= exactly(String(released));
  books.require(isAllowed, 'held', () => `${name} is sent with ${exactText(quantity)}, above ${max}`);
}

function maxPerHour({ buyers, settings }: MemoryWorld, { subscriptionId, dimension }: HourKey) {
  const [buyer] = buyers.withSubscription(subscriptionId);
  const product = settings.products.find(({ productCode }) => productCode === buyer?.productCode);
  return product?.dimensions.find(({ apiName }) => apiName === dimension)?.maxPerHour;
}

/** Whether an hour of so much would wait for the operator, unless it was released. */
export function isAboveMaximum(world: MemoryWorld, hourKey: HourKey, quantity: Exact): boolean {
  const max = maxPerHour(world, hourKey);
  return max !== undefined && quantity > exactly(max);
}

/** An hour that waits for the operator is looked at again before it can wait no longer, so that holding loses nothing. */
export function watchWaiting(
  world: MemoryWorld,
  hourKey: HourKey,
  { dueAt, name }: { dueAt: number; name: string },
): void {
  const { books, buyers, timeline, settings } = world;
  const { subscriptionId } = hourKey;
  const [buyer] = buyers.withSubscription(subscriptionId);
  // The operator's release makes an hour due at once, which may wait for another reason then.
  if (dueAt <= timeline.nowMs + SLACK_MS) return;
  // The timestamp may be up to an hour later than the start.
  const lastMs = windowEndMs(startOfHour(hourKey.hour) + HOUR_MS - 1) - settings.holdUntilHours * HOUR_MS;
  books.require(dueAt <= lastMs + SLACK_MS, 'waitsInTime', () => `${name} is due at ${new Date(dueAt).toISOString()}`);
  const states = books.statesOf(subscriptionId, timeline.nowMs - LONGEST_RUN_MS, timeline.nowMs);
  const isLast = buyer?.mode === 'license' && states.every((state) => state === 'ending');
  // AWS may tell of the licence ten minutes after the agreement, and of the agreement's end too late: what is known counts.
  const knownAtMs = books.subscriptions.get(subscriptionId)?.ends.at(-1)?.atMs ?? 0;
  const endMs = Math.max(buyer?.endedAtMs ?? Infinity, knownAtMs) + 50 * MINUTE_MS;
  const isWoken = timeline.nowMs < world.engine.lastWokenMs + HOUR_MS;
  books.require(
    !isLast || isWoken || timeline.nowMs <= endMs + SLACK_MS,
    'waitsInTime',
    () => `${name} waits past the end`,
  );
}

/** Whether something that covers the hour was held back when the run that decides now read the holds. */
export function wasHeld(world: MemoryWorld, hourKey: HourKey): boolean {
  const sinceMs = world.timeline.nowMs - LONGEST_RUN_MS;
  const recent = world.books.released.filter(
    ({ untilMs }) => untilMs >= sinceMs || world.engine.lastWokenMs >= sinceMs,
  );
  return [...world.books.holds.values(), ...recent].some((each) => covers(world, each, hourKey));
}

function covers(
  { buyers }: MemoryWorld,
  held: { of: string; id: string; dimension?: string },
  { subscriptionId, dimension }: HourKey,
): boolean {
  if (held.dimension !== undefined && held.dimension !== dimension) return false;
  if (held.of === 'subscription') return held.id === subscriptionId;
  return buyers.withSubscription(subscriptionId).some(({ productCode }) => productCode === held.id);
}
