import { describe, expect, it } from 'vitest';
import { netUsage, type Coverage } from '../../lambdas/shared/domain/coverage';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { aContract } from '../builders/a-contract';

const hour = (time: string) => hourOf(Date.parse(`${time}:00:00Z`));

describe('the coverage of a contract', () => {
  it('keeps the periods of a coverage when an older activation becomes known later', () => {
    const rule = { kind: 'anniversary', months: 1 } as const;
    const contract = aContract('10', { rule, activationHour: hour('2026-02-20T10') });
    const use = (time: string, quantity: string) => new Map([[hour(time), decimal(quantity)]]);
    const { coverage } = netUsage(use('2026-03-19T12', '7'), { contract, coverage: undefined });
    const older = { ...contract, activationHour: hour('2026-02-18T09') };
    const later = netUsage(use('2026-03-19T13', '7'), { contract: older, coverage });
    expect(decimalText(later.coveredQuantity)).toBe('3');
    expect([...(later.coverage?.periods.keys() ?? [])]).toEqual(['2026-02-20T10']);
  });

  it('does not write a coverage again when the contract is used up', () => {
    const contract = aContract('10');
    const use = new Map([[hour('2026-03-19T12'), decimal(20)]]);
    const { coverage } = netUsage(use, { contract, coverage: undefined });
    expect(netUsage(use, { contract, coverage }).coverage).toBeUndefined();
    expect(netUsage(use, { contract: aContract('0'), coverage: undefined }).coverage).toBeUndefined();
  });

  describe('of amounts that turn out to be others than was believed', () => {
    const at = hour('2026-03-19T12');
    const covering = (covered: number, ...amounts: [since: string, amount: number, used: number][]): Coverage => ({
      activationHour: hour('2026-03-01T00'),
      periods: new Map([
        [
          hour('2026-03-01T00'),
          {
            covered: decimal(covered),
            amounts: amounts.map(([since, amount, used]) => ({ since, amount: decimal(amount), used: decimal(used) })),
          },
        ],
      ]),
    });
    const of = (since: string, amount: number) => ({
      ...aContract('0', { rule: { kind: 'calendarMonth' }, activationHour: hour('2026-03-01T00') }),
      history: [{ since, until: '2026-03-19T14:00:00.000Z', amounts: new Map([['events_included', decimal(amount)]]) }],
    });
    const used = (quantity: number) => new Map([[at, decimal(quantity)]]);

    it('covers no more than is used when a smaller amount was believed before', () => {
      const coverage = covering(10, ['2026-03-01', 10, 10], ['2026-03-10', 10, 10]);
      const { coveredQuantity } = netUsage(used(1), { contract: of('2026-03-10', 40), coverage });
      expect(decimalText(coveredQuantity)).toBe('1');
    });

    it('covers by the larger amount when it was believed before', () => {
      const coverage = covering(30, ['2026-03-10', 40, 30]);
      const { coveredQuantity } = netUsage(used(5), { contract: of('2026-03-10', 10), coverage });
      expect(decimalText(coveredQuantity)).toBe('5');
    });
  });
});
