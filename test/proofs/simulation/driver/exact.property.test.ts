import { describe, expect, it } from 'vitest';
import Big from 'big.js';
import fc from 'fast-check';
import { exact, exactNumber, exactText, ONE_UNIT } from '../../../../proofs/simulation/driver/exact';

describe("the simulation's own arithmetic", () => {
  it('reads and writes every decimal of up to 18 places', () => {
    const decimal = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.stringMatching(/^\d{0,17}[1-9]$/));
    fc.assert(
      fc.property(decimal, ([whole, fraction]) => exactText(exact(`${whole}.${fraction}`)) === `${whole}.${fraction}`),
    );
  });

  it('adds ten tenths up to exactly one', () => {
    expect(Array.from({ length: 10 }, () => exact('0.1')).reduce((a, b) => a + b)).toBe(ONE_UNIT);
  });

  it.each(['1e3', '-1', '0.1234567890123456789', '', 'NaN'])('refuses %p', (text) => {
    expect(() => exact(text)).toThrow('not a plain decimal');
  });
});

describe('numbers as DynamoDB writes them', () => {
  it.each([
    ['12.5', '12.5'],
    ['1E-18', '0.000000000000000001'],
    ['1.25e-2', '0.0125'],
    ['2.147483647E+9', '2147483647'],
    ['3E0', '3'],
  ])('reads %s as %s', (text, plain) => expect(exactNumber(text)).toBe(exact(plain)));

  it('reads a negative number, which only an error produces', () => expect(exactNumber('-0.5')).toBe(-exact('0.5')));

  it('reads a number with an exponent as the same number without one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: -18, max: 9 }), (digits, exponent) => {
        expect(exactNumber(`${digits}E${exponent}`)).toBe(exact(new Big(`${digits}e${exponent}`).toFixed()));
      }),
    );
  });
});
