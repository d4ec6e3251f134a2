import type { Product } from '../contract/seller-configuration';
import { decimalText, sum, type Decimal } from './decimal';
import { HOUR_MS, hourEndMs, hourOf } from './hour';
import type { Subscription } from './subscription';

/** The value of an entitlement: exactly one kind. Numbers are exact. */
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

/** AWS's answer for one subscription. An empty list is an answer too; a failed call is not. */
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

/** Amounts by dimension that AWS listed in one check, or in several consecutive checks. */
export interface CheckedAmounts {
  /** ISO 8601 UTC: the first answer that listed them. The previous amounts may have been valid until then. */
  since: string;
  /** ISO 8601 UTC: when the last check that listed them was sent. They were valid at least until then. */
  until: string;
  amounts: ReadonlyMap<string, Decimal>;
  /** Dimensions with a text or a flag, sorted: nobody knows how much they give. Absent: none. */
  notNumeric?: readonly string[];
}

const DAY_MS = 24 * HOUR_MS;

/** AWS lists entitlements for contracts only: products sold by subscription alone have none. */
export function hasEntitlements({ pricingModel }: Pick<Product, 'pricingModel'>): boolean {
  return pricingModel !== 'subscription';
}

/**
 * The amount of a dimension that the contract gave at an instant; undefined when no entitlement with a number was
 * valid. Entitlements of one dimension add up. An entitlement that AWS listed was valid at least until the check,
 * whatever its expiry date.
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

/**
 * The dimensions with a number that the configuration does not name: a misspelt `coveredBy` would bill all usage. Empty for
 * products whose usage no contract covers.
 */
export function unnamedEntitlements(
  { pricingModel, dimensions, ignoredEntitlements = [] }: Product,
  entitlements: readonly Entitlement[],
): string[] {
  if (pricingModel !== 'contractWithConsumption') return [];
  const named = new Set([...ignoredEntitlements, ...dimensions.map(({ coveredBy }) => coveredBy)]);
  const numbers = entitlements.filter(({ value }) => 'amount' in value).map(({ dimension }) => dimension);
  return [...new Set(numbers)].filter((dimension) => !named.has(dimension)).sort();
}

/** Whether a later check, or one from the same moment, is stored already: this check has nothing new. */
export function isOvertaken(checked: Entitlements, stored: Entitlements | undefined): boolean {
  return stored !== undefined && stored.checkedAt >= checked.checkedAt;
}

/** Whether two lists are equal apart from their order. */
export function sameEntitlements(a: readonly Entitlement[], b: readonly Entitlement[]): boolean {
  return JSON.stringify(inOrder(a).map(asText)) === JSON.stringify(inOrder(b).map(asText));
}

/** A fixed order, because AWS promises none. */
export function inOrder(entitlements: readonly Entitlement[]): Entitlement[] {
  return [...entitlements].sort((a, b) => (asText(a) < asText(b) ? -1 : 1));
}

/** The value as notices and APIs show it: numbers as text with all their digits. */
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
 * When to check entitlements again if no event asks for it earlier; undefined: never.
 *
 * - Contract with consumption: right after every full hour, because overage is billed only after a check that is newer
 *   than the end of the hour.
 * - Not active yet: every hour. AWS's list may still be empty right after the registration.
 * - Contract: when an entitlement expires, and once a day in case an event was missed.
 */
export function nextCheckAtMs(
  { state }: Pick<Subscription, 'state'>,
  { pricingModel }: Pick<Product, 'pricingModel'>,
  { entitlements, nowMs }: { entitlements: readonly Entitlement[]; nowMs: number },
): number | undefined {
  if (state === 'ended') return undefined;
  if (state === 'pending' || pricingModel === 'contractWithConsumption') return hourEndMs(hourOf(nowMs));
  const expiries = entitlements.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [Date.parse(expiresAt)]));
  // An expired entitlement that AWS still lists is about to be renewed.
  const checks = expiries.map((expiresAtMs) => (expiresAtMs > nowMs ? expiresAtMs : nowMs + HOUR_MS));
  return Math.min(nowMs + DAY_MS, ...checks);
}
