import type { ContractPeriodRule, Product } from '../contract/seller-configuration';
import { historyOf } from './entitlement-history';
import type { CheckedAmounts, Entitlements } from './entitlements';
import { hourEndMs, hourOf, type Hour } from './hour';

/** The contract that pays for a dimension's usage before AWS's bill does. */
export interface Contract {
  rule: ContractPeriodRule;
  /** The hour of the activation. */
  activationHour: Hour;
  /** The dimension whose entitlement covers it. */
  entitlement: string;
  history: readonly CheckedAmounts[];
}

/** How usage of a dimension is covered, by the configuration; undefined: all of it is metered. */
export function coverageRuleOf(
  { productCode, pricingModel, contractPeriod: rule, dimensions }: Product,
  dimension: string,
): { rule: ContractPeriodRule; entitlement: string } | undefined {
  if (pricingModel !== 'contractWithConsumption') return undefined;
  const entitlement = dimensions.find(({ apiName }) => apiName === dimension)?.coveredBy;
  if (entitlement === null) return undefined;
  // The configuration's schema sees to it; to bill everything because of a gap in it would be wrong.
  if (entitlement === undefined || rule === undefined) {
    throw new Error(`The configuration does not say what covers ${dimension} of ${productCode}.`);
  }
  return { rule, entitlement };
}

interface ContractQuestion {
  dimension: string;
  hour: Hour;
  entitlements: Entitlements | undefined;
  /** ISO 8601 UTC, of a subscription that ends or has ended. */
  endingAt: string | undefined;
}

/**
 * The contract that covers an hour; undefined when none does.
 *
 * What it gave in the hour is certain once AWS has been asked after the hour's end. What was used before the activation is
 * covered as in its hour: an answer from before that says what AWS listed before anything was active, which is nothing. Of
 * a subscription that ends, an answer from after the end will do: the contract that gave something is over, and its last
 * hour cannot wait. But it must not be all that is known: after the end AWS lists nothing, whatever the contract gave.
 */
export function contractOf(
  { product, activatedAtMs }: { product: Product; activatedAtMs: number },
  { dimension, hour, entitlements, endingAt }: ContractQuestion,
): Contract | 'entitlementsNotChecked' | undefined {
  const covered = coverageRuleOf(product, dimension);
  if (covered === undefined) return undefined;
  if (entitlements === undefined) return 'entitlementsNotChecked';
  const checkedAtMs = Date.parse(entitlements.checkedAt);
  const isAfterEnd = endingAt !== undefined && checkedAtMs > Date.parse(endingAt);
  const activationHour = hourOf(activatedAtMs);
  const coveredIn = hour < activationHour ? activationHour : hour;
  if (checkedAtMs < hourEndMs(coveredIn) && !isAfterEnd) return 'entitlementsNotChecked';
  const history = historyOf(entitlements);
  if (isAfterEnd && !isKnownFromLife(history, { activatedAtMs, endingAt })) return 'entitlementsNotChecked';
  return { ...covered, activationHour, history };
}

/** AWS's clock and ours may differ by so much. */
const CLOCKS_MS = 60_000;

/** Whether AWS has ever listed something, or was asked between the activation and the end and had nothing to list. */
function isKnownFromLife(
  history: readonly CheckedAmounts[],
  { activatedAtMs, endingAt }: { activatedAtMs: number; endingAt: string },
): boolean {
  const [fromMs, untilMs] = [activatedAtMs + CLOCKS_MS, Date.parse(endingAt) - CLOCKS_MS];
  const isInLife = (time: string) => Date.parse(time) >= fromMs && Date.parse(time) <= untilMs;
  return history.some(({ since, until, amounts }) => amounts.size > 0 || isInLife(since) || isInLife(until));
}
