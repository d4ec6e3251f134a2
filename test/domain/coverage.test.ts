import { describe, expect, it } from '@jest/globals';
import { netUsage } from '../../lambdas/shared/domain/coverage';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { aContract } from '../builders/a-contract';

const hour = (time: string) => hourOf(Date.parse(`${time}:00:00Z`));

describe('the coverage of a contract', () => {
  it('keeps its periods when an older activation becomes known later', () => {
    const rule = { kind: 'anniversary', months: 1 } as const;
    const contract = aContract('10', { rule, activationHour: hour('2026-02-20T10') });
    const use = (time: string, quantity: string) => new Map([[hour(time), decimal(quantity)]]);
    const { coverage } = netUsage(use('2026-03-19T12', '7'), { contract, coverage: undefined });
    const older = { ...contract, activationHour: hour('2026-02-18T09') };
    const later = netUsage(use('2026-03-19T13', '7'), { contract: older, coverage });
    expect(decimalText(later.coveredQuantity)).toBe('3');
    expect([...(later.coverage?.periods.keys() ?? [])]).toEqual(['2026-02-20T10']);
  });

  it('is not written again when the contract is used up: nothing of it changes', () => {
    const contract = aContract('10');
    const use = new Map([[hour('2026-03-19T12'), decimal(20)]]);
    const { coverage } = netUsage(use, { contract, coverage: undefined });
    expect(netUsage(use, { contract, coverage }).coverage).toBeUndefined();
    expect(netUsage(use, { contract: aContract('0'), coverage: undefined }).coverage).toBeUndefined();
  });
});
