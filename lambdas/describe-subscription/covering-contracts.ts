import type { Product } from '../shared/contract/seller-configuration';
import { coverageRuleOf } from '../shared/domain/contract';
import { contractPeriodOf } from '../shared/domain/contract-period';
import { ZERO, type Decimal } from '../shared/domain/decimal';
import { hourOf, type Hour } from '../shared/domain/hour';
import type { Balance } from '../shared/domain/balance';
import type { SubscriptionFields } from '../shared/domain/subscription';

/** What covers usage of a dimension, and how much it has in the period that runs now. */
export interface CoveringContract {
  /** The dimension of the entitlement. */
  entitlement: string;
  /** Of the hours that are closed. */
  covered: Decimal;
  from: Hour;
  /** The hour in which it begins anew. */
  until: Hour;
}

/** By dimension; none before the activation, from which periods are counted. */
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
