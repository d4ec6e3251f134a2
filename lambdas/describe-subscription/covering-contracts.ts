import type { Product } from '../shared/contract/seller-configuration';
import { contractPeriodOf, coverageRuleOf } from '../shared/domain/contract';
import { ZERO, type Decimal } from '../shared/domain/decimal';
import { hourOf, type Hour } from '../shared/domain/hour';
import type { Balance } from '../shared/domain/balance';
import type { SubscriptionFields } from '../shared/domain/subscription';

/** The contract that covers usage of a dimension, with its coverage in the current period. */
export interface CoveringContract {
  /** The dimension of the entitlement. */
  entitlement: string;
  /** In the closed hours of the period. */
  covered: Decimal;
  from: Hour;
  /** The first hour of the next period. */
  until: Hour;
}

/** By dimension. Empty before the activation, because periods are counted from it. */
export function coveringContracts(
  { activatedAt }: SubscriptionFields,
  { product, balances, nowMs }: { product?: Product; balances: readonly Balance[]; nowMs: number },
): Map<string, CoveringContract> {
  const covering = new Map<string, CoveringContract>();
  if (product === undefined || activatedAt === undefined) return covering;
  for (const { apiName } of product.dimensions) {
    const covered = coverageRuleOf(product, apiName);
    if (covered === undefined) continue;
    const coverage = balances.find(({ dimension }) => dimension === apiName)?.coverage;
    const activationHour = coverage?.activationHour ?? hourOf(Date.parse(activatedAt));
    const { from, until } = contractPeriodOf(hourOf(nowMs), { rule: covered.rule, activationHour });
    const coveredSoFar = coverage?.periods.get(from)?.covered ?? ZERO;
    covering.set(apiName, { entitlement: covered.entitlement, covered: coveredSoFar, from, until });
  }
  return covering;
}
