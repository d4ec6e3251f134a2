import { describe, expect, it } from 'vitest';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import {
  entitledAmount,
  hasEntitlements,
  inOrder,
  isOvertaken,
  nextCheckAtMs,
  sameEntitlements,
  shownValue,
  unnamedEntitlements,
} from '../../lambdas/shared/domain/entitlements';
import { aNettedProduct, aProduct } from '../builders/a-payer';
import { anEntitlement } from '../builders/an-entitlement';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 2, hour)).toISOString();

describe('The entitled amount', () => {
  const amount = (entitlements: ReturnType<typeof anEntitlement>[], when = at(12), checkedAt = at(10)) => {
    const found = entitledAmount({ entitlements, checkedAt }, 'requests', when);
    return found && decimalText(found);
  };

  it('adds up entitled amounts of a dimension exactly', () => {
    const tenths = Array.from({ length: 10 }, () =>
      anEntitlement({ value: { kind: 'double', amount: decimal('0.1') } }),
    );
    expect(amount([...tenths, anEntitlement({ dimension: 'other' })])).toBe('1');
  });

  it('knows no entitled amount, not zero, where nothing is a number', () => {
    expect(amount([])).toBeUndefined();
    expect(amount([anEntitlement({ value: { kind: 'boolean', granted: true } })])).toBeUndefined();
    expect(amount([anEntitlement({ amount: '0' })])).toBe('0');
  });

  it('ends an entitled amount with its expiry, unless AWS listed it later', () => {
    const expiring = anEntitlement({ expiresAt: at(12) });
    expect(amount([expiring], at(11))).toBe('100');
    expect(amount([expiring], at(12))).toBeUndefined();
    expect(amount([expiring], at(12), at(13))).toBe('100');
    expect(amount([expiring], at(13), at(13))).toBe('100');
    expect(amount([expiring], at(14), at(13))).toBeUndefined();
  });
});

describe('Two lists of entitlements', () => {
  const [a, b] = [anEntitlement(), anEntitlement({ dimension: 'b', amount: '1.50' })];

  it('finds lists of entitlements equal in any order', () => {
    expect(sameEntitlements([a, b], [anEntitlement({ dimension: 'b', amount: '1.5' }), a])).toBe(true);
  });

  it.each([
    [[a]],
    [[a, b, b]],
    [[a, anEntitlement({ dimension: 'b', amount: '2' })]],
    [[a, { ...b, expiresAt: at(1) }]],
    [[a, { ...b, value: { kind: 'double' as const, amount: decimal('1.5') } }]],
  ])('finds lists of entitlements different that differ in anything', (other) => {
    expect(sameEntitlements([a, b], other)).toBe(false);
  });
});

describe('A list of entitlements', () => {
  it('orders entitlements by dimension', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((dimension) => anEntitlement({ dimension }));
    for (const some of [
      [a, b, c],
      [c, b, a],
      [b, c, a],
    ]) {
      const listed = some.flatMap((entitlement) => entitlement ?? []);
      expect(inOrder(listed).map(({ dimension }) => dimension)).toEqual(['a', 'b', 'c']);
    }
  });

  it('shows an entitled number with all its digits, and other values unchanged', () => {
    const amount = decimal('12345678901234567890.123456789012345678');
    expect(shownValue({ kind: 'integer', amount })).toBe('12345678901234567890.123456789012345678');
    expect(shownValue({ kind: 'double', amount })).toBe('12345678901234567890.123456789012345678');
    expect(shownValue({ kind: 'boolean', granted: false })).toBe(false);
    expect(shownValue({ kind: 'string', text: 'gold' })).toBe('gold');
  });

  it('reads entitlements of products with a contract only', () => {
    expect(hasEntitlements({ pricingModel: 'contract' })).toBe(true);
    expect(hasEntitlements({ pricingModel: 'contractWithConsumption' })).toBe(true);
    expect(hasEntitlements({ pricingModel: 'subscription' })).toBe(false);
  });
});

describe('Entitlements that the configuration does not name', () => {
  const listed = ['seats', 'events_included', 'events', 'seats'].map((dimension) => anEntitlement({ dimension }));
  const flag = anEntitlement({ dimension: 'premium', value: { kind: 'boolean', granted: true } });

  it('are numbers that cover no dimension, each once and in order: coveredBy may be misspelt', () => {
    expect(unnamedEntitlements(aNettedProduct(), [...listed, flag])).toEqual(['events', 'seats']);
  });

  it('are not told of when the seller ignores them, or when no contract covers usage', () => {
    expect(unnamedEntitlements(aNettedProduct({ ignoredEntitlements: ['seats'] }), listed)).toEqual(['events']);
    expect(unnamedEntitlements(aProduct(), listed)).toEqual([]);
  });
});

describe('A check', () => {
  it('has nothing new when a later one, or one from the same moment, is stored', () => {
    const checked = (hour: number) => ({ subscriptionId: 's-1', checkedAt: at(hour), entitlements: [] });
    const stored = [undefined, checked(11), checked(12), checked(13)];
    expect(stored.map((each) => isOvertaken(checked(12), each))).toEqual([false, false, true, true]);
  });
});

describe('The next check', () => {
  const nowMs = Date.parse('2026-11-02T09:20:00Z');
  const next = (
    state: 'pending' | 'active' | 'ended',
    pricingModel: 'contract' | 'contractWithConsumption',
    expiresAt?: string,
  ) => {
    const checkAtMs = nextCheckAtMs(
      { state },
      { pricingModel },
      { entitlements: [anEntitlement({ expiresAt })], nowMs },
    );
    return checkAtMs && new Date(checkAtMs).toISOString();
  };

  it('checks a contract with consumption at the end of the hour', () => {
    expect(next('active', 'contractWithConsumption')).toBe(at(10));
  });

  it('checks a contract a day later, or when an entitlement expires', () => {
    expect(next('active', 'contract')).toBe('2026-11-03T09:20:00.000Z');
    expect(next('active', 'contract', at(11))).toBe(at(11));
    expect(next('active', 'contract', at(3))).toBe('2026-11-02T10:20:00.000Z');
    expect(next('active', 'contract', '2026-11-02T09:20:00.000Z')).toBe('2026-11-02T10:20:00.000Z');
  });

  it('checks a pending subscription soon, and an ended one never', () => {
    expect(next('pending', 'contract')).toBe(at(10));
    expect(next('ended', 'contractWithConsumption')).toBeUndefined();
  });
});
