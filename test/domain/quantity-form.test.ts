import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import { QUANTITY_TEXT } from '../../lambdas/shared/domain/marketplace-limits';
import {
  fromSteps,
  isQuantityText,
  quantityFormOf,
  quantityText,
  sendablePart,
  toSteps,
} from '../../lambdas/shared/domain/quantity-form';
import { aProduct } from '../builders/a-payer';

describe('the forms of a quantity', () => {
  it.each([
    ['decimal', '15.8', '15.8'],
    ['decimal', '0.0000019', '0.000001'],
    ['decimal', '0.000000999999999999', '0'],
    ['decimal', '9999999999.9999999', '9999999999.999999'],
    ['decimal', '10000000000', '9999999999.999999'],
    ['whole', '15.8', '15'],
    ['whole', '0.999999', '0'],
    ['whole', '2147483648', '2147483647'],
  ] as const)('sends in the form %s of %s the part %s', (form, amount, part) => {
    expect(quantityText(sendablePart(decimal(amount), form), form)).toBe(part);
  });

  it.each([
    ['decimal', '17.0000', '17'],
    ['decimal', '1e-6', '0.000001'],
    ['decimal', '1e3', '1000'],
    ['whole', '17.0', '17'],
  ] as const)('writes in the form %s the quantity %s as %s', (form, amount, text) => {
    expect(quantityText(decimal(amount), form)).toBe(text);
  });

  it.each([
    ['decimal', '0.0000001'],
    ['decimal', '10000000000'],
    ['decimal', '-1'],
    ['whole', '0.5'],
    ['whole', '2147483648'],
  ] as const)('refuses to write in the form %s the quantity %s', (form, amount) => {
    expect(() => quantityText(decimal(amount), form)).toThrow(RangeError);
  });

  it.each(['', '01', '1.', '.5', '1e3', '1.0000001', '-1', '+1', '1,5', ' 1', '12345678901', 'NaN'])(
    'takes %j for no quantity of either form',
    (text) => {
      expect([isQuantityText(text, 'decimal'), isQuantityText(text, 'whole')]).toEqual([false, false]);
    },
  );

  it('counts in steps and back without loss, up to the largest quantity', () => {
    const steps = fc.bigInt({ min: 0n, max: 9_999_999_999_999_999n });
    fc.assert(
      fc.property(steps, (count) => {
        const text = quantityText(fromSteps(count, 'decimal'), 'decimal');
        return QUANTITY_TEXT.test(text) && text.length <= 17 && toSteps(decimal(text), 'decimal') === count;
      }),
    );
    expect(toSteps(decimal('2147483647'), 'whole')).toBe(2_147_483_647n);
    expect(decimalText(fromSteps(7n, 'whole'))).toBe('7');
    expect(() => toSteps(decimal('0.5'), 'whole')).toThrow(RangeError);
  });

  it('takes the form from the dimension', () => {
    const dimensions = [
      { apiName: 'seats', unit: 'seat', quantities: 'whole' as const },
      { apiName: 'hours', unit: 'hour', quantities: 'decimal' as const },
    ];
    const product = aProduct({ dimensions });
    expect([quantityFormOf(product, 'seats'), quantityFormOf(product, 'hours')]).toEqual(['whole', 'decimal']);
    expect([quantityFormOf(product, 'unlisted'), quantityFormOf(undefined, 'seats')]).toEqual(['decimal', 'decimal']);
  });
});
