import { describe, expect, it } from 'vitest';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { givenIn, historyAfter, historyOf } from '../../lambdas/shared/domain/entitlement-history';
import type { Entitlements } from '../../lambdas/shared/domain/entitlements';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { anEntitlement } from '../builders/an-entitlement';
import { aSubscriptionId } from '../builders/ids';

const at = (time: string) => new Date(`2026-03-10T${time}:00Z`).toISOString();

/** Checks by `HH:MM`, each with the amounts of `requests` that it listed. */
function afterChecks(...checks: [time: string, amounts: string[], overrides?: Partial<Entitlements>][]): Entitlements {
  let known: Entitlements | undefined;
  for (const [time, amounts, overrides] of checks) {
    const entitlements = amounts.map((amount) => anEntitlement({ amount }));
    const checked = { subscriptionId: aSubscriptionId(1), checkedAt: at(time), entitlements, ...overrides };
    known = { ...checked, history: historyAfter(known, checked) };
  }
  if (known === undefined) throw new Error('there was no check');
  return known;
}

function givenAt(known: Entitlements, ...hours: number[]): string[] {
  const history = historyOf(known);
  return hours.map((hour) => {
    const given = givenIn(hourOf(Date.UTC(2026, 2, 10, hour)), { history, dimension: 'requests' });
    return decimalText(given.amount);
  });
}

const charactersOf = (history: Entitlements['history'] = []) =>
  history
    .flatMap(({ amounts }) => [...amounts])
    .reduce((total, [name, amount]) => total + name.length + decimalText(amount).length, 0);

describe('what a contract gave in an hour', () => {
  it('takes the amount of an hour from the checks before and after it', () => {
    expect(givenAt(afterChecks(['10:00', ['100']], ['12:00', ['100']]), 10, 11)).toEqual(['100', '100']);
  });

  it('adds up amounts that are listed of a dimension', () => {
    expect(givenAt(afterChecks(['10:00', ['100', '0.5']]), 9)).toEqual(['100.5']);
  });

  it('takes the larger amount in an hour in which it changed', () => {
    const known = afterChecks(['10:00', ['100']], ['11:20', ['300']], ['13:40', ['50']], ['15:00', ['50']]);
    expect(givenAt(known, 10, 11, 12, 13, 14)).toEqual(['300', '300', '300', '300', '50']);
  });

  it('takes the larger amount between two checks', () => {
    const known = afterChecks(['10:00', ['100']], ['14:00', ['50']], ['15:00', ['50']]);
    expect(givenAt(known, 11, 12, 13, 14)).toEqual(['100', '100', '100', '50']);
  });

  it('keeps the amounts of earlier hours when a contract has ended since', () => {
    const known = afterChecks(['10:00', ['100']], ['10:50', []], ['11:00', []], ['12:00', []]);
    expect(givenAt(known, 9, 10, 11)).toEqual(['100', '100', '0']);
  });

  it('counts a list from its answer on, not from its request', () => {
    const late = { answeredAt: at('11:02') };
    expect(givenAt(afterChecks(['10:00', ['100']], ['10:59', ['50'], late], ['12:00', ['50']]), 10, 11)).toEqual([
      '100',
      '100',
    ]);
  });

  it('takes the first list for the time before it', () => {
    expect(givenAt(afterChecks(['10:00', []], ['12:00', ['100']]), 8, 10, 11, 12)).toEqual(['0', '100', '100', '100']);
  });

  it('gives no amount of a dimension that is granted, not counted', () => {
    const granted = { entitlements: [anEntitlement({ value: { kind: 'boolean', granted: true } })] };
    const known = afterChecks(['10:00', [], granted]);
    expect(givenAt(known, 10)).toEqual(['0']);
    expect([...(known.history?.[0]?.amounts ?? [])]).toEqual([]);
  });

  it('takes amounts from entitlements that were stored without a history', () => {
    const stored = { ...afterChecks(['10:00', ['100']]), history: undefined };
    expect(givenAt(stored, 9)).toEqual(['100']);
    const checked = { ...stored, checkedAt: at('12:00'), entitlements: [] };
    expect(givenAt({ ...checked, history: historyAfter(stored, checked) }, 9, 12)).toEqual(['100', '0']);
  });
});

describe('the history of checks', () => {
  it('adds an entry to the history only when an amount changes', () => {
    const renewed = { entitlements: [anEntitlement({ amount: '100', expiresAt: at('23:00') })] };
    const { history } = afterChecks(['10:00', ['100']], ['11:00', ['100']], ['12:00', [], renewed], ['13:00', ['7']]);
    expect(history).toMatchObject([
      { since: at('10:00'), until: at('12:00') },
      { since: at('13:00'), until: at('13:00') },
    ]);
  });

  it('notices a change of one dimension among others, and of the listed dimensions', () => {
    const listed = (...dimensions: [string, string][]) => ({
      entitlements: dimensions.map(([dimension, amount]) => anEntitlement({ dimension, amount })),
    });
    const { history } = afterChecks(
      ['10:00', [], listed(['requests', '1'], ['seats', '1'])],
      ['11:00', [], listed(['requests', '1'], ['seats', '2'])],
      ['12:00', [], listed(['requests', '1'], ['users', '2'])],
      ['13:00', [], listed(['users', '2'], ['requests', '1'])],
    );
    expect(history?.map(({ since }) => since)).toEqual([at('10:00'), at('11:00'), at('12:00')]);
  });

  it('tells which dimensions were listed without a number, in a fixed order, and only of a list that has some', () => {
    const texts = (...names: string[]) => ({
      entitlements: names.map((dimension) => anEntitlement({ dimension, value: { kind: 'string', text: 'gold' } })),
    });
    const { history } = afterChecks(
      ['10:00', ['1']],
      ['11:00', [], texts('tier', 'support')],
      ['12:00', [], texts('support', 'tier')],
      ['13:00', [], texts('tier')],
    );
    expect(history?.map(({ since, notNumeric }) => [since, notNumeric])).toEqual([
      [at('10:00'), undefined],
      [at('11:00'), ['support', 'tier']],
      [at('13:00'), ['tier']],
    ]);
    expect(history?.[0]).not.toHaveProperty('notNumeric');
  });

  it('keeps what was no number when the two oldest lists become one', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);
    const text = (dimension: string) => ({
      entitlements: [anEntitlement({ dimension, value: { kind: 'string', text: 'gold' } })],
    });
    const changes = hours.map((time, n): Parameters<typeof afterChecks>[number] =>
      n < 2 ? [time, [], text(n === 0 ? 'tier' : 'support')] : [time, [String(n)]],
    );
    const { history } = afterChecks(...changes, ['23:30', ['100']]);
    expect(history?.slice(0, 2).map(({ notNumeric }) => notNumeric)).toEqual([['support', 'tier'], undefined]);
    const numbers = hours.map((time, n): [string, string[]] => [time, [String(n)]]);
    expect(afterChecks(...numbers, ['23:30', ['100']]).history?.[0]).not.toHaveProperty('notNumeric');
  });

  it('keeps the history in order of time when an answer took longer than the next check', () => {
    const slow = { answeredAt: at('10:59') };
    const { history } = afterChecks(['10:00', ['100'], slow], ['10:30', ['50']], ['11:00', ['100']]);
    expect(history?.map(({ since }) => since)).toEqual([at('10:59'), at('10:59'), at('11:00')]);
  });

  it('keeps the two newest lists whatever their size', () => {
    const listOf = (amount: string) => ({
      entitlements: Array.from({ length: 500 }, (_, n) => anEntitlement({ dimension: `${n}`.padStart(250), amount })),
    });
    const { history } = afterChecks(['10:00', [], listOf('1')], ['11:00', [], listOf('2')], ['12:00', [], listOf('3')]);
    expect(history).toMatchObject([
      { since: at('10:00'), until: at('11:00') },
      { since: at('12:00'), until: at('12:00') },
    ]);
  });

  it('keeps the 24 newest changes', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);
    const changes = hours.map((time, n): [string, string[]] => [time, [String(n)]]);
    expect(afterChecks(...changes).history).toHaveLength(24);
    const { history } = afterChecks(...changes, ['23:30', ['100']]);
    expect(history).toHaveLength(24);
    expect(history?.slice(0, 2)).toMatchObject([{ since: at('00:00'), until: at('01:00') }, { since: at('02:00') }]);
  });

  it.each([
    ['changes', 40, 1],
    ['dimensions', 20, 300],
  ])('bounds a history with many %s, and never gives less for it', (_, changes, dimensions) => {
    let known: Entitlements | undefined;
    const amounts: string[] = [];
    for (let hour = 0; hour < changes; hour += 1) {
      const amount = `${hour % 2 ? 1000 - hour : 10 + hour}.123456789012345678`;
      amounts.push(amount);
      const entitlements = Array.from({ length: dimensions }, (__, n) =>
        anEntitlement({ amount, dimension: n === 0 ? 'requests' : `a_rather_long_name_of_a_dimension_${n}` }),
      );
      const checkedAt = new Date(Date.UTC(2026, 2, 1, hour)).toISOString();
      const checked = { subscriptionId: aSubscriptionId(1), checkedAt, entitlements };
      known = { ...checked, history: historyAfter(known, checked) };
    }
    const history = known?.history ?? [];
    expect(history.length).toBeLessThanOrEqual(24);
    expect(charactersOf(history)).toBeLessThanOrEqual(100_000);
    for (const [hour, amount] of amounts.entries()) {
      const given = givenIn(hourOf(Date.UTC(2026, 2, 1, hour)), { history, dimension: 'requests' });
      expect(given.amount.gte(amount)).toBe(true);
    }
  });
});
