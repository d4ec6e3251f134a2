import { exact, type Exact } from './exact';
import type { Product, TestAccount } from '../../../lambdas/shared/contract/seller-configuration';
import type { Dice } from './dice';
import type { FaultName } from './faults';
import { HOUR_MS } from './time';

/** The choices that a seed makes once, as far as both engines need them. */
export interface Settings {
  startMs: number;
  endMs: number;
  /** As configured now; a step may deploy another value. */
  latenessHours: number;
  eventRetentionDays: number;
  /** The probability that the next usage has the same subscription and dimension. */
  shareOfRuns: number;
  products: Product[];
  /** Accounts that test the products, by the configuration. */
  testAccounts: readonly TestAccount[];
  /** How often each product is bought. */
  sales: Readonly<Record<string, number>>;
  /** The sources that applications give; a plain event has none. */
  sources: readonly string[];
  /** Dimensions that are used only on purpose. */
  unusualDimensions: ReadonlySet<string>;
  /**
   * Applications send nothing whose answer depends on the moment it arrives, because time passes by itself and the
   * driver does not see every state of a subscription.
   */
  isCautious: boolean;
  /** Probability of each fault where it can happen; absent: never in this seed. */
  rates: Readonly<Partial<Record<FaultName, number>>>;
}

export const LICENSE_PRODUCTS = ['licensedproduct0000000001', 'licensedproduct0000000002'] as const;
export const LEGACY_PRODUCT = 'legacyproduct000000000001';
/** A contract with consumption: its entitlement d0 covers usage of d0 up to its amount. */
export const CONTRACT_PRODUCT = 'contractproduct0000000001';
/** Sold by contract alone: its usage is never metered. */
export const UNMETERED_PRODUCT = 'contractproduct0000000002';
export const CONTRACTS: ReadonlySet<string> = new Set([CONTRACT_PRODUCT, UNMETERED_PRODUCT]);
/** The dimension of the contract product whose usage its entitlement covers. */
export const NETTED_DIMENSION = 'd0';
/** The seller configured it, but AWS does not know it. */
export const UNLISTED_DIMENSION = 'unlisted';
/** Billed in whole units; all other dimensions are decimal. */
const WHOLE_DIMENSION = 'd1';
export const formOf = (dimension: string) => (dimension === WHOLE_DIMENSION ? 'whole' : 'decimal');
export const stepOf = (dimension: string): Exact => exact(dimension === WHOLE_DIMENSION ? '1' : '0.000001');
export const TAG_KEYS = ['Department', 'Project'];

/** A month end; every fourth seed has the 29th of February 2028 before it. */
export function someMonthEndMs(dice: Dice): number {
  return dice.chance(0.25) ? Date.UTC(2028, 2, 1) : Date.UTC(dice.pick([2026, 2027]), dice.between(1, 12), 1);
}

/** The least and the most hours before a month end. */
export function someStartMs(dice: Dice, monthEndMs: number, [from, to]: readonly [number, number]): number {
  return monthEndMs - dice.between(Math.ceil(from), Math.ceil(to)) * HOUR_MS;
}
