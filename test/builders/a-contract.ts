import type { Contract } from '../../lambdas/shared/domain/contract';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';

/** A contract of calendar months that has granted this amount since January. */
export function aContract(amount = '100', overrides: Partial<Contract> = {}): Contract {
  const [since, until] = ['2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z'];
  return {
    rule: { kind: 'calendarMonth' },
    activationHour: hourOf(Date.parse(since)),
    entitlement: 'events_included',
    history: [{ since, until, amounts: new Map([['events_included', decimal(amount)]]) }],
    ...overrides,
  };
}
