import type { Product } from '../contract/seller-configuration';
import { decimal, type Decimal } from './decimal';
import { USAGE_AFTER_END_MS } from './ending';
import { acceptedUntilMs, HOUR_MS } from './hour';
import type { SubscriptionFields } from './subscription';

/** What an operator may hold back: a product or a subscription, or one dimension of it. */
export interface HoldScope {
  of: 'product' | 'subscription';
  id: string;
  dimension?: string;
}

/** Why an operator holds usage back, or releases it: a code, because free text may name a person. */
export const DECISION_REASONS = ['wrongQuantity', 'investigation', 'buyerRequest', 'tested', 'corrected'] as const;

/** Who decided, when and why. */
export interface Decision {
  by: string;
  /** ms since the epoch */
  atMs: number;
  reason: (typeof DECISION_REASONS)[number];
  /** Where the decision is discussed. */
  ticket?: string;
}

/** Up to which quantity an hour may go that is above the maximum. */
export interface Release extends Decision {
  quantity: Decimal;
}

/** No usage of the scope is sent for the first time while it is in force. */
export interface Hold extends HoldScope, Decision {}

/**
 * Why an hour waits for the operator: for a hold to end, because its quantity is above the dimension's `maxPerHour`, or for
 * the configuration to say when a test ended.
 */
export type HeldReason = 'onHold' | 'aboveMaximum' | 'testNeedsEnd';

/** When an hour that waits is due again: looking costs a read and a write. */
export const LOOK_AGAIN_AFTER_MS = 15 * 60_000;

export function isOnHold(
  holds: readonly HoldScope[],
  hour: { subscriptionId: string; dimension: string; productCode: string | undefined },
): boolean {
  return holds.some(
    ({ of, id, dimension }) =>
      id === (of === 'product' ? hour.productCode : hour.subscriptionId) &&
      (dimension ?? hour.dimension) === hour.dimension,
  );
}

/** How long usage can be held back, and what becomes of it then. */
export interface Leeway {
  untilMs: number;
  afterwards: 'send' | 'carry';
}

export interface HoldRules {
  /** How long before the end of AWS's window. */
  holdUntilHours: number;
  heldUsage: Leeway['afterwards'];
}

/** The passes over an ending subscription come every five minutes: several of them can still send. */
const LAST_PASSES_MS = 20 * 60_000;

/**
 * Holding must not lose an hour because nobody decides. After the end of a subscription AWS takes usage for about an hour,
 * and no later hour could bill what is carried: there it is sent, whatever is configured.
 *
 * ```text
 * hour of use ──┬─────── may be held ───────┬── holdUntilHours ──┤ AWS's window
 * end ──┬─ may be held ─┬── 20 minutes ──┤ an hour after the end
 * ```
 */
export function leewayOf(
  timestampMs: number,
  subscription: Pick<SubscriptionFields, 'state' | 'endingAt'> | undefined,
  { holdUntilHours, heldUsage }: HoldRules,
): Leeway {
  const untilMs = acceptedUntilMs(timestampMs) - holdUntilHours * HOUR_MS;
  if (subscription?.state !== 'ending' || subscription.endingAt === undefined)
    return { untilMs, afterwards: heldUsage };
  const lastMs = Date.parse(subscription.endingAt) + USAGE_AFTER_END_MS - LAST_PASSES_MS;
  return { untilMs: Math.min(untilMs, lastMs), afterwards: 'send' };
}

/** The quantity above which an hour of the dimension waits; undefined: there is none. */
export function maxPerHourOf(product: Product | undefined, dimension: string): Decimal | undefined {
  const max = product?.dimensions.find(({ apiName }) => apiName === dimension)?.maxPerHour;
  return max === undefined ? undefined : decimal(max);
}

/** What an open hour remembers of the maximum. */
interface Remembered {
  /** The quantity that the application was told of last. */
  heldQuantity?: Decimal;
  released?: Release;
}

/** Whether an hour's quantity is more than the dimension allows, and more than the operator released. */
export function isAboveMaximum(quantity: Decimal, max: Decimal | undefined, { released }: Remembered) {
  return max !== undefined && quantity.gt(max) && !(released !== undefined && quantity.lte(released.quantity));
}

/** Whether the application has not been told yet that the hour waits: once, and again if it has grown since a release. */
export function isNewlyHeld({ heldQuantity, released }: Remembered): boolean {
  return heldQuantity === undefined || (released !== undefined && heldQuantity.lte(released.quantity));
}
