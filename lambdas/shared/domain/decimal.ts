import Big from 'big.js';

/** An exact decimal. Quantities are never JavaScript numbers: 0.1 ten times is 1, not 0.9999999999999999. */
export type Decimal = Big;

/**
 * The most decimal places of a quantity. DynamoDB keeps 38 digits. With 18 after the point, 20 remain for the sum of an
 * hour: a million events of the largest quantity fit.
 */
export const MAX_DECIMAL_PLACES = 18;

/** Longer texts are refused, and so are longer exponents: `1e999999999` would expand to a gigabyte of zeros. */
const MAX_TEXT_LENGTH = 64;
const DECIMAL_PATTERN = /^-?\d+(\.\d+)?([eE][+-]?\d{1,2})?$/;

export const ZERO: Decimal = new Big(0);

/** `text` as an exact decimal; undefined when it is not a decimal number (`''`, `'0x10'`, `'1,5'`, `'NaN'`). */
export function parseDecimal(text: string): Decimal | undefined {
  return text.length <= MAX_TEXT_LENGTH && DECIMAL_PATTERN.test(text) ? new Big(text) : undefined;
}

export function decimal(value: string | number | bigint): Decimal {
  return new Big(value.toString());
}

/** Plain notation without exponent or trailing zeros: `0.000001`, `120`. Equal numbers give equal texts. */
export function decimalText(value: Decimal): string {
  return value.toFixed();
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

/** The largest number with at most `places` decimal places that is not above a non-negative `value`. */
export function roundDown(value: Decimal, places: number): Decimal {
  return value.round(places, Big.roundDown);
}

export function decimalPlaces(value: Decimal): number {
  return Math.max(0, value.c.length - value.e - 1);
}

/**
 * `value` as an integer that BigInt divides exactly, with a remainder. It keeps every decimal place of a product of two
 * quantities.
 */
export function toScaledInteger(value: Decimal): bigint {
  return BigInt(value.times(new Big(10).pow(2 * MAX_DECIMAL_PLACES)).toFixed(0));
}
