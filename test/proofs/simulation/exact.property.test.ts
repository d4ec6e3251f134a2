import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exact, exactText, wholeUnits } from '../../../proofs/simulation/exact';

describe("The simulation's own arithmetic", () => {
  it('reads and writes every decimal of up to 18 places', () => {
    const decimal = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.stringMatching(/^\d{0,17}[1-9]$/));
    fc.assert(
      fc.property(decimal, ([whole, fraction]) => exactText(exact(`${whole}.${fraction}`)) === `${whole}.${fraction}`),
    );
  });

  it('adds a tenth ten times to one', () => {
    expect(Array.from({ length: 10 }, () => exact('0.1')).reduce((a, b) => a + b)).toBe(wholeUnits(1));
  });

  it.each(['1e3', '-1', '0.1234567890123456789', '', 'NaN'])('refuses %p', (text) => {
    expect(() => exact(text)).toThrow('no plain decimal');
  });
});
