/**
 * A usage quantity in millionths, the smallest step that AWS bills. Quantities are never floating-point numbers here:
 * 0.1 + 0.2 is 0.3.
 */
export type Millionths = bigint;

const PLACES = 6;
const UNIT = 10n ** BigInt(PLACES);

/** @param quantity - a whole number, or decimal text that matches `DECIMAL_QUANTITY` */
export function millionths(quantity: number | string): Millionths {
  const [whole = '', fraction = ''] = String(quantity).split('.');
  return BigInt(whole) * UNIT + BigInt(fraction.padEnd(PLACES, '0'));
}

/** The same text for the same value: no exponent, no leading zero, no trailing zero, at most six decimals. */
export function quantityText(value: Millionths): string {
  const fraction = String(value % UNIT)
    .padStart(PLACES, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / UNIT) : `${value / UNIT}.${fraction}`;
}
