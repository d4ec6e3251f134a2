import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decimal, decimalText, ZERO } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { sendablePart } from '../../lambdas/shared/domain/quantity-form';
import { TERMS, termsOf, totalsOf, type CountedHour } from '../../ops/terms';
import { aSealedRecord } from '../builders/a-sealed-record';

const { record } = aSealedRecord();

function anHour({ quantity, ...overrides }: Partial<CountedHour> & { quantity?: string } = {}): CountedHour {
  return {
    subscriptionId: 's-1',
    dimension: 'events',
    hour: hourOf(0),
    state: 'billed',
    used: ZERO,
    tallies: 1,
    sends: 1,
    answers: 1,
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
    ['an open hour: the sum of its tallies', anHour({ state: 'open', used: decimal('2.5') }), { open: '2.5' }],
    [
      'a billed hour: its record and the fraction that is carried over',
      anHour({ used: decimal('2.5'), quantity: '2', carriedOut: decimal('0.5') }),
      { billed: '2', carried: '0.5' },
    ],
    [
      'a billed hour with more than its own usage: what it took from the Balance',
      anHour({ used: decimal('0.5'), quantity: '1', carriedIn: decimal('0.75'), carriedOut: decimal('0.25') }),
      { billed: '1', carried: '-0.5' },
    ],
    ['a sealed hour', anHour({ state: 'sealed', used: decimal(3), quantity: '3' }), { sealed: '3' }],
    ['a rejected hour', anHour({ state: 'rejected', used: decimal(3), quantity: '3' }), { rejected: '3' }],
    [
      'a carried hour: all of its usage',
      anHour({ state: 'carried', used: decimal('0.4'), carriedOut: decimal('0.4') }),
      { carried: '0.4' },
    ],
    [
      'an hour carried after it was sealed: its record, returned to the Balance',
      anHour({ state: 'carried', used: decimal(3), quantity: '3', carriedQuantity: decimal(3) }),
      { carried: '3' },
    ],
    [
      'an hour expired before it was sealed',
      anHour({ state: 'expired', used: decimal('1.5'), expiredQuantity: decimal('1.5') }),
      { expired: '1.5' },
    ],
    [
      'an hour expired after it was sealed',
      anHour({ state: 'expired', used: decimal(2), quantity: '2' }),
      { expired: '2' },
    ],
    [
      'an hour of which a part was used while nobody was subscribed',
      anHour({ used: decimal(10), quantity: '3', rejectedQuantity: decimal(7) }),
      { billed: '3', rejected: '7' },
    ],
    [
      'a rejected hour without a record',
      anHour({ state: 'rejected', used: decimal(7), rejectedQuantity: decimal(7) }),
      { rejected: '7' },
    ],
    [
      'an hour that loses both parts: at sealing, and when AWS refuses the rest',
      anHour({ state: 'rejected', used: decimal(10), quantity: '3', rejectedQuantity: decimal(7) }),
      { rejected: '10' },
    ],
    [
      'an hour billed beyond what a contract covers',
      anHour({ used: decimal(10), quantity: '3', coveredQuantity: decimal(7) }),
      { billed: '3', covered: '7' },
    ],
    [
      'an hour of which a part was a test',
      anHour({ used: decimal(10), quantity: '3', withheldQuantity: decimal(7) }),
      { billed: '3', withheld: '7' },
    ],
    [
      'a withheld hour',
      anHour({ state: 'withheld', used: decimal(7), withheldQuantity: decimal(7) }),
      { withheld: '7' },
    ],
    ['a covered hour', anHour({ state: 'covered', used: decimal(7), coveredQuantity: decimal(7) }), { covered: '7' }],
  ])('divides into terms %s', (_name, hour, expected) => {
    expect(shown(hour)).toEqual(expected);
    expect(totalsOf([hour])[0]?.difference.toString()).toBe('0');
  });
});

const thousandths = fc.integer({ min: 0, max: 10_000_000 }).map((count) => decimal(count).div(1000));

describe('totals', () => {
  it('counts every unit in exactly one term, however hours pass on the Balance', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ used: thousandths, bills: fc.boolean() })), (hours) => {
        let balance = ZERO;
        const counted = hours.map(({ used, bills }) => {
          const carriedIn = balance;
          const available = used.plus(carriedIn);
          const quantity = bills ? sendablePart(available, 'whole') : ZERO;
          balance = available.minus(quantity);
          const state = bills ? 'billed' : 'carried';
          return anHour({
            state,
            used,
            carriedIn,
            carriedOut: balance,
            ...(bills && { quantity: decimalText(quantity) }),
          });
        });
        for (const { difference, terms } of totalsOf(counted)) {
          expect(difference.toString()).toBe('0');
          expect(decimalText(terms.carried)).toBe(decimalText(balance));
        }
      }),
    );
  });

  it('reports as difference what is in no term', () => {
    const [total] = totalsOf([anHour({ used: decimal(5), quantity: '4' })]);
    expect(total && decimalText(total.difference)).toBe('1');
    expect(TERMS).toHaveLength(9);
  });
});
