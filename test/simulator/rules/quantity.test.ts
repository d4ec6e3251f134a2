import { expect, it } from 'vitest';
import Big from 'big.js';
import fc from 'fast-check';
import { millionths, quantityText } from '../../../simulator/rules/quantity';

it.each([
  ['0', '0'],
  ['0.0', '0'],
  ['0.000001', '0.000001'],
  ['17', '17'],
  ['17.0', '17'],
  ['17.420', '17.42'],
  ['9999999999.999999', '9999999999.999999'],
  [2_147_483_647, '2147483647'],
])('writes the quantity %s as %s', (quantity, text) => {
  expect(quantityText(millionths(quantity))).toBe(text);
});

it('adds quantities exactly, as a decimal library does', () => {
  const quantities = fc.array(fc.bigInt({ min: 0n, max: 9_999_999_999_999_999n }), { maxLength: 50 });
  fc.assert(
    fc.property(quantities, (values) => {
      const texts = values.map(quantityText);
      const sum = texts.reduce((total, text) => total + millionths(text), 0n);
      expect(quantityText(sum)).toBe(texts.reduce((total, text) => total.plus(text), new Big(0)).toFixed());
    }),
  );
});
