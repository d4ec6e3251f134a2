import { describe, expect, it } from 'vitest';
import { quantityText } from '../../reporter/quantity';

describe('a reported quantity', () => {
  it.each<[unknown, string]>([
    [12, '12'],
    [0, '0'],
    [0.25, '0.25'],
    [1e-7, '0.0000001'],
    [2.5e-9, '0.0000000025'],
    [123456789.123456, '123456789.123456'],
    [9_007_199_254_740_991, '9007199254740991'],
    [2_147_483_647n, '2147483647'],
    ['0.100000000000000001', '0.100000000000000001'],
  ])('%p is sent as %s', (quantity, text) => {
    expect(quantityText(quantity)).toBe(text);
  });

  it.each([0.1 + 0.2, 1 / 3, 2 ** 53, 1e21, -1, -1e-7, Number.NaN, Infinity, -1n, '-1', '1e3', '1,5', '', '.5', null])(
    '%p is not taken',
    (quantity) => {
      expect(() => quantityText(quantity)).toThrow(expect.objectContaining({ reason: 'invalid' }));
    },
  );
});
