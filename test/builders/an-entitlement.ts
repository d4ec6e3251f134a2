import { decimal } from '../../lambdas/shared/domain/decimal';
import type { Entitlement } from '../../lambdas/shared/domain/entitlements';

/** A contract for this many units of a dimension. */
export function anEntitlement({
  amount = '100',
  ...overrides
}: Partial<Entitlement> & { amount?: string } = {}): Entitlement {
  return { dimension: 'requests', value: { kind: 'integer', amount: decimal(amount) }, ...overrides };
}
