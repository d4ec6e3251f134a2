import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { contractPeriodOf } from '../../lambdas/shared/domain/contract';
import { hourOf, nextHour, parseHour, type Hour } from '../../lambdas/shared/domain/hour';
import { anniversaries } from './contract-oracle';

function anHour(text: string): Hour {
  const hour = parseHour(text);
  if (hour === undefined) throw new Error(`${text} is no hour`);
  return hour;
}

const calendarMonth = { kind: 'calendarMonth' } as const;
const anniversary = (months: number) => ({ kind: 'anniversary', months }) as const;

function periodOf(hour: string, activation: string, rule: Parameters<typeof contractPeriodOf>[1]['rule']) {
  const { from, until } = contractPeriodOf(anHour(hour), { rule, activationHour: anHour(activation) });
  return [from, until];
}

describe('the period of a contract', () => {
  it.each([
    ['2026-03-01T00', ['2026-03-01T00', '2026-04-01T00']],
    ['2026-03-31T23', ['2026-03-01T00', '2026-04-01T00']],
    ['2026-12-31T23', ['2026-12-01T00', '2027-01-01T00']],
  ])('takes the calendar month of %s as the contract period', (hour, period) => {
    expect(periodOf(hour, '2026-01-20T10', calendarMonth)).toEqual(period);
  });

  it.each([
    ['2026-02-28T09', ['2026-01-31T10', '2026-02-28T10']],
    ['2026-02-28T10', ['2026-02-28T10', '2026-03-31T10']],
    ['2026-03-31T09', ['2026-02-28T10', '2026-03-31T10']],
    ['2026-04-30T10', ['2026-04-30T10', '2026-05-31T10']],
  ])('starts a period on the last day of a month without a 31st, and on the 31st again: %s', (hour, period) => {
    expect(periodOf(hour, '2026-01-31T10', anniversary(1))).toEqual(period);
  });

  it('puts the anniversary of a leap day on the leap day of a leap year', () => {
    const activation = '2024-02-29T00';
    expect(periodOf('2026-05-01T00', activation, anniversary(12))).toEqual(['2026-02-28T00', '2027-02-28T00']);
    expect(periodOf('2028-02-28T23', activation, anniversary(12))).toEqual(['2027-02-28T00', '2028-02-29T00']);
    expect(periodOf('2028-02-29T00', activation, anniversary(12))).toEqual(['2028-02-29T00', '2029-02-28T00']);
  });

  it.each([calendarMonth, anniversary(1)])(
    'puts usage from before the activation into the first period: %j',
    (rule) => {
      const activation = '2026-03-01T05';
      expect(periodOf('2026-02-28T23', activation, rule)).toEqual(periodOf(activation, activation, rule));
    },
  );

  it('puts each hour of several years into one contract period, without gaps', () => {
    const hours = fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2029, 0, 1) }).map((ms) => hourOf(ms));
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 14 }), fc.nat(40_000), (activationHour, months, hoursLater) => {
        const hour = hourOf(Date.parse(`${activationHour}:00:00Z`) + hoursLater * 3_600_000);
        const expected = anniversaries(activationHour, months, 70);
        const from = expected.findLast((start) => start <= hour) ?? '';
        const until = expected.find((start) => start > hour) ?? '';
        expect(periodOf(hour, activationHour, anniversary(months))).toEqual([from, until]);
        expect(periodOf(nextHour(hour), activationHour, anniversary(months))[0]).toBe(
          nextHour(hour) < until ? from : until,
        );
      }),
    );
  });
});
