import { describe, expect, it } from 'vitest';
import {
  decimal,
  decimalPlaces,
  decimalText,
  parseDecimal,
  sum,
  roundDown,
  toScaledInteger,
} from '../../lambdas/shared/domain/decimal';

describe('decimals', () => {
  it('adds 0.1 ten times to exactly 1', () => {
    expect(sum(Array.from({ length: 10 }, () => decimal('0.1'))).eq(1)).toBe(true);
  });

  it('reads JSON numbers and decimal strings with every digit', () => {
    for (const text of ['0', '12', '0.25', '2147483647', '123456789012345678.123456789012345678']) {
      expect(decimalText(parseDecimal(text) ?? decimal(-1))).toBe(text);
    }
    expect(decimalText(parseDecimal('1.5e3') ?? decimal(-1))).toBe('1500');
    expect(decimalText(parseDecimal('1E-18') ?? decimal(-1))).toBe('0.000000000000000001');
  });

  it.each(['', ' 1', '1 ', '1,5', '0x10', 'NaN', 'Infinity', '--1', '1e999', '.5', '5.', '9'.repeat(65)])(
    'refuses %p, which is no decimal number',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  it('reads texts of up to 64 characters', () => {
    expect(decimalText(parseDecimal('9'.repeat(64)) ?? decimal(-1))).toBe('9'.repeat(64));
  });

  it('rounds down to whole units', () => {
    expect(roundDown(decimal('2.999999999999999999'), 0).toNumber()).toBe(2);
    expect(roundDown(decimal('0.5'), 0).toNumber()).toBe(0);
  });

  it('counts decimal places without trailing zeros', () => {
    expect([decimal('120'), decimal('1.50'), decimal('0.000001')].map(decimalPlaces)).toEqual([0, 1, 6]);
  });

  it('scales to integers without loss', () => {
    expect(toScaledInteger(decimal('2147483647.000000000000000001'))).toBe(
      2_147_483_647_000_000_000_000_000_001n * 10n ** 18n,
    );
  });
});
