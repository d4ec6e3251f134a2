import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimal, decimalText, ZERO } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { TERMS, termsOf, totalsOf, type CountedHour } from '../../ops/terms';
import { aSealedRecord } from '../builders/a-sealed-record';

const { record } = aSealedRecord();

function anHour({ quantity, ...overrides }: Partial<CountedHour> & { quantity?: number } = {}): CountedHour {
  return {
    ...{ subscriptionId: 's-1', dimension: 'events', hour: hourOf(0), state: 'billed', used: ZERO },
    ...{ tallies: 1, sends: 1, answers: 1 },
    ...(quantity !== undefined && { record: { ...record, quantity } }),
    ...overrides,
  };
}

const shown = (hour: CountedHour) =>
  Object.fromEntries(
    Object.entries(termsOf(hour))
      .filter(([, amount]) => !amount.eq(0))
      .map(([term, amount]) => [term, decimalText(amount)]),
  );

describe('the terms of an hour', () => {
  it.each<[string, CountedHour, Record<string, string>]>([
    ['open: what its tallies hold', anHour({ state: 'open', used: decimal('2.5') }), { open: '2.5' }],
    [
      'billed: its record, and the fraction carried',
      anHour({ used: decimal('2.5'), quantity: 2, carriedOut: decimal('0.5') }),
      { billed: '2', carried: '0.5' },
    ],
    [
      'billed with more than was used in it: what it took out of the Balance',
      anHour({ used: decimal('0.5'), quantity: 1, carriedIn: decimal('0.75'), carriedOut: decimal('0.25') }),
      { billed: '1', carried: '-0.5' },
    ],
    ['sealed', anHour({ state: 'sealed', used: decimal(3), quantity: 3 }), { sealed: '3' }],
    ['rejected', anHour({ state: 'rejected', used: decimal(3), quantity: 3 }), { rejected: '3' }],
    [
      'carried: all of it',
      anHour({ state: 'carried', used: decimal('0.4'), carriedOut: decimal('0.4') }),
      { carried: '0.4' },
    ],
    [
      'carried after it was sealed: its record, given back',
      anHour({ state: 'carried', used: decimal(3), quantity: 3, carriedQuantity: decimal(3) }),
      { carried: '3' },
    ],
    [
      'expired before it was sealed',
      anHour({ state: 'expired', used: decimal('1.5'), expiredQuantity: decimal('1.5') }),
      { expired: '1.5' },
    ],
    ['expired after it was sealed', anHour({ state: 'expired', used: decimal(2), quantity: 2 }), { expired: '2' }],
    [
      'billed beyond what a contract covers',
      anHour({ used: decimal(10), quantity: 3, coveredQuantity: decimal(7) }),
      { billed: '3', covered: '7' },
    ],
    ['covered', anHour({ state: 'covered', used: decimal(7), coveredQuantity: decimal(7) }), { covered: '7' }],
  ])('%s', (_name, hour, expected) => {
    expect(shown(hour)).toEqual(expected);
    expect(totalsOf([hour])[0]?.difference.toString()).toBe('0');
  });
});

const thousandths = fc.integer({ min: 0, max: 10_000_000 }).map((count) => decimal(count).div(1000));

describe('totals', () => {
  it('find every unit in one term, however hours handed the Balance on', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ used: thousandths, bills: fc.boolean() })), (hours) => {
        let balance = ZERO;
        const counted = hours.map(({ used, bills }) => {
          const carriedIn = balance;
          const available = used.plus(carriedIn);
          const quantity = bills ? Math.floor(available.toNumber()) : 0;
          balance = available.minus(quantity);
          const state = bills ? 'billed' : 'carried';
          return anHour({ state, used, carriedIn, carriedOut: balance, ...(bills && { quantity }) });
        });
        for (const { difference, terms } of totalsOf(counted)) {
          expect(difference.toString()).toBe('0');
          expect(decimalText(terms.carried)).toBe(decimalText(balance));
        }
      }),
    );
  });

  it('show what is missing', () => {
    const [total] = totalsOf([anHour({ used: decimal(5), quantity: 4 })]);
    expect(total && decimalText(total.difference)).toBe('1');
    expect(TERMS).toHaveLength(8);
  });
});
