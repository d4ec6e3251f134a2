import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Contract } from '../../lambdas/shared/domain/contract';
import { netUsage, type Coverage } from '../../lambdas/shared/domain/coverage';
import { decimal, sum, ZERO } from '../../lambdas/shared/domain/decimal';
import { historyAfter } from '../../lambdas/shared/domain/entitlement-history';
import type { Entitlements } from '../../lambdas/shared/domain/entitlements';
import { hourOf, type Hour } from '../../lambdas/shared/domain/hour';
import { anEntitlement } from '../builders/an-entitlement';
import { aSubscriptionId } from '../builders/ids';
import { anniversaries, coveredByPeriod, type Check } from './contract-oracle';

const MINUTE_MS = 60_000;
/** The oracle counts hours from here: three days around two boundaries, of the month and of the activation's day. */
const START_MS = Date.UTC(2028, 1, 28);
const HOURS = 72;
const atHour = (hour: number) => hourOf(START_MS + hour * 60 * MINUTE_MS);
const isoAt = (minute: number) => new Date(START_MS + minute * MINUTE_MS).toISOString();

const RULES = {
  calendarMonth: { kind: 'calendarMonth' },
  monthly: { kind: 'anniversary', months: 1 },
  yearly: { kind: 'anniversary', months: 12 },
} as const;

/** The last one is after everything: no hour is netted before. */
const checks = fc
  .uniqueArray(fc.record({ atMinute: fc.nat(HOURS * 60), amount: fc.nat(400) }), {
    selector: ({ atMinute }) => atMinute,
    maxLength: 12,
  })
  .chain((some) =>
    fc
      .nat(400)
      .map((amount) => [...some.sort((a, b) => a.atMinute - b.atMinute), { atMinute: HOURS * 60 + 1, amount }]),
  );

const use = fc.array(fc.record({ hour: fc.nat(HOURS - 1), used: fc.nat(150), sealedWith: fc.nat() }), {
  maxLength: 40,
});
const rule = fc.constantFrom('calendarMonth' as const, 'monthly' as const, 'yearly' as const);

function historyOfChecks(made: readonly Check[]) {
  let known: Entitlements | undefined;
  for (const { atMinute, amount } of made) {
    const entitlements = amount === 0 ? [] : [anEntitlement({ dimension: 'included', amount: String(amount) })];
    const checked: Entitlements = { subscriptionId: aSubscriptionId(1), checkedAt: isoAt(atMinute), entitlements };
    known = { ...checked, history: historyAfter(known, checked) };
  }
  return known?.history ?? [];
}

function periodName(hour: number, kind: keyof typeof RULES, activation: Hour): string {
  const text = atHour(hour);
  if (kind === 'calendarMonth') return text.slice(0, 7);
  return anniversaries(activation, kind === 'monthly' ? 1 : 12, 60).findLast((start) => start <= text) ?? '';
}

/** Nets in any order; what is sealed together is netted together. @returns all that was covered, and what is stored. */
function netted(used: readonly { hour: number; used: number; sealedWith: number }[], contract: Contract) {
  let coverage: Coverage | undefined;
  let covered = ZERO;
  for (const sealed of Map.groupBy(used, ({ sealedWith }) => sealedWith % 7).values()) {
    const byHour = Map.groupBy(sealed, ({ hour }) => atHour(hour));
    const usedByHour = new Map(
      [...byHour].map(([hour, its]) => [hour, decimal(its.reduce((total, each) => total + each.used, 0))]),
    );
    const netting = netUsage(usedByHour, { contract, coverage });
    const total = sum(usedByHour.values());
    expect(netting.coveredQuantity.gte(0) && netting.coveredQuantity.lte(total)).toBe(true);
    coverage = netting.coverage ?? coverage;
    covered = covered.plus(netting.coveredQuantity);
  }
  const byPeriod = [...(coverage?.periods.values() ?? [])].map((period) => period.covered.toNumber());
  return { covered: covered.toNumber(), byPeriod };
}

const activations = fc.constantFrom(
  '2024-02-29T05',
  '2027-12-29T00',
  '2028-01-31T23',
  '2028-02-28T00',
  '2028-02-29T07',
);
const positive = (amounts: Iterable<number>) => [...amounts].filter((amount) => amount > 0).sort((a, b) => a - b);

describe('what a contract covers', () => {
  it('covers the same in whatever order hours are sealed', () => {
    const cases = fc.record({ made: checks, used: use, kind: rule, activation: activations });
    fc.assert(
      fc.property(cases, ({ made, used, kind, activation }) => {
        const activatedAtMs = Date.parse(`${activation}:00:00Z`);
        const activationHour = hourOf(activatedAtMs);
        const contract: Contract = {
          rule: RULES[kind],
          activationHour,
          entitlement: 'included',
          history: historyOfChecks(made),
        };
        const inOrder = coveredByPeriod(
          used.map(({ hour, used: quantity }) => {
            const counted = Math.max(hour, (activatedAtMs - START_MS) / (60 * MINUTE_MS));
            return { hour: counted, period: periodName(counted, kind, activationHour), used: quantity };
          }),
          made,
        );
        const { covered, byPeriod } = netted(used, contract);
        expect(positive(byPeriod)).toEqual(positive(inOrder.values()));
        expect(covered).toBe([...inOrder.values()].reduce((total, each) => total + each, 0));
      }),
      { numRuns: 300 },
    );
  });

  it('decides coverage by the checks until the end of the hour', () => {
    fc.assert(
      fc.property(checks, checks, fc.nat(HOURS - 1), (made, later, hour) => {
        const until = made.filter(({ atMinute }) => atMinute <= (hour + 1) * 60);
        const enough = [...until, { atMinute: (hour + 1) * 60, amount: 77 }];
        const more = [...enough, ...later.map(({ atMinute, amount }) => ({ atMinute: atMinute + HOURS * 60, amount }))];
        const net = (all: readonly Check[]) => {
          const history = historyOfChecks(all);
          const contract: Contract = {
            rule: RULES.monthly,
            activationHour: atHour(0),
            entitlement: 'included',
            history,
          };
          return netUsage(new Map([[atHour(hour), decimal(1000)]]), { contract, coverage: undefined }).coveredQuantity;
        };
        expect(net(more).toString()).toBe(net(enough).toString());
      }),
    );
  });
});
