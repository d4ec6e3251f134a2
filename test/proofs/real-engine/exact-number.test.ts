import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import Big from 'big.js';
import { exact } from '../../../proofs/simulation/exact';
import { exactNumber } from '../../../proofs/real-engine/exact-number';

it.each([
  ['12.5', '12.5'],
  ['1E-18', '0.000000000000000001'],
  ['1.25e-2', '0.0125'],
  ['2.147483647E+9', '2147483647'],
  ['3E0', '3'],
])('reads %s as %s', (text, plain) => expect(exactNumber(text)).toBe(exact(plain)));

it('reads what is below 0, which only an error makes', () => expect(exactNumber('-0.5')).toBe(-exact('0.5')));

it('reads any number with an exponent as the same number without', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: -18, max: 9 }), (digits, exponent) => {
      expect(exactNumber(`${digits}E${exponent}`)).toBe(exact(new Big(`${digits}e${exponent}`).toFixed()));
    }),
  );
});
