import type { Product } from '../contract/seller-configuration';
import { decimalText, sum, type Decimal } from './decimal';
import { HOUR_MS, hourEndMs, hourOf } from './hour';
import type { Subscription } from './subscription';

/** What AWS says a customer may have of a dimension: exactly one kind of value. Numbers are exact. */
export type EntitlementValue =
  | { kind: 'integer' | 'double'; amount: Decimal }
  | { kind: 'boolean'; granted: boolean }
  | { kind: 'string'; text: string };

export interface Entitlement {
  dimension: string;
  value: EntitlementValue;
  /** ISO 8601 UTC: the *minimum* date of validity. A renewal extends it; an ended contract is no longer listed. */
  expiresAt?: string;
}

/** What AWS listed for one subscription. An empty list is an answer; no answer is none of these. */
export interface Entitlements {
  subscriptionId: string;
  entitlements: readonly Entitlement[];
  /** ISO 8601 UTC: when AWS was asked, not when it answered, so that "newer than" errs on the safe side. */
  checkedAt: string;
  /** ISO 8601 UTC: when AWS answered; absent: as soon as it was asked. */
  answeredAt?: string;
  /** The amounts of this check and those before it, oldest first. */
  history?: readonly CheckedAmounts[];
}

/** Amounts by dimension that AWS listed in one check or several in a row. */
export interface CheckedAmounts {
  /** ISO 8601 UTC: the first answer that listed them. What was listed before may have been valid until then. */
  since: string;
  /** ISO 8601 UTC: when the last question was asked that they answered. They were valid until then at least. */
  until: string;
  amounts: ReadonlyMap<string, Decimal>;
}

const DAY_MS = 24 * HOUR_MS;

/** AWS knows entitlements of contracts only; what is sold by subscription alone has none to ask for. */
export function hasEntitlements({ pricingModel }: Pick<Product, 'pricingModel'>): boolean {
  return pricingModel !== 'subscription';
}

/**
 * How much of a dimension the contract gave at an instant; undefined when nothing that is a number did. Entitlements of
 * one dimension add up. One that AWS still listed when it was asked was valid until then at least, whatever its date.
 */
export function entitledAmount(
  { entitlements, checkedAt }: Pick<Entitlements, 'entitlements' | 'checkedAt'>,
  dimension: string,
  at: string,
): Decimal | undefined {
  const amounts = entitlements
    .filter((entitlement) => entitlement.dimension === dimension)
    .filter(({ expiresAt }) => expiresAt === undefined || at < expiresAt || at <= checkedAt)
    .flatMap(({ value }) => ('amount' in value ? [value.amount] : []));
  return amounts.length === 0 ? undefined : sum(amounts);
}

/** Whether a check that began as late or later is stored already: what AWS answered to this one is no news. */
export function isOvertaken(checked: Entitlements, stored: Entitlements | undefined): boolean {
  return stored !== undefined && stored.checkedAt >= checked.checkedAt;
}

/** Whether two lists say the same, in whatever order. */
export function sameEntitlements(a: readonly Entitlement[], b: readonly Entitlement[]): boolean {
  return JSON.stringify(inOrder(a).map(asText)) === JSON.stringify(inOrder(b).map(asText));
}

/** AWS promises no order; ours is the same each time. */
export function inOrder(entitlements: readonly Entitlement[]): Entitlement[] {
  return [...entitlements].sort((a, b) => (asText(a) < asText(b) ? -1 : 1));
}

/** The value as text or truth: a number with all its digits. */
export function shownValue(value: EntitlementValue): string | boolean {
  switch (value.kind) {
    case 'integer':
    case 'double':
      return decimalText(value.amount);
    case 'boolean':
      return value.granted;
    case 'string':
      return value.text;
  }
}

function asText({ dimension, value, expiresAt }: Entitlement): string {
  return JSON.stringify([dimension, value.kind, shownValue(value), expiresAt]);
}

/**
 * When AWS should be asked again without an event saying so; undefined: not any more.
 *
 * - Contract with consumption: right after every full hour, because what exceeds the contract is billed on a check that
 *   is newer than the end of the hour.
 * - Not active yet: every hour. AWS's list may still be empty right after the registration.
 * - Contract: when something expires, and once a day in case an event was missed.
 */
export function nextCheckAtMs(
  { state }: Pick<Subscription, 'state'>,
  { pricingModel }: Pick<Product, 'pricingModel'>,
  { entitlements, nowMs }: { entitlements: readonly Entitlement[]; nowMs: number },
): number | undefined {
  if (state === 'ended') return undefined;
  if (state === 'pending' || pricingModel === 'contractWithConsumption') return hourEndMs(hourOf(nowMs));
  const expiries = entitlements.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [Date.parse(expiresAt)]));
  // Past its date and still listed: the renewal is on its way.
  const checks = expiries.map((expiresAtMs) => (expiresAtMs > nowMs ? expiresAtMs : nowMs + HOUR_MS));
  return Math.min(nowMs + DAY_MS, ...checks);
}
