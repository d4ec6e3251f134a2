import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { Big } from 'big.js';
import { invalid } from '../errors';

/** DynamoDB's limits for a number: 38 significant digits, and magnitudes from 1E-130 to 9.99…E+125. */
const MAX_DIGITS = 38;
const MAX_EXPONENT = 125;
const MIN_EXPONENT = -130;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?$/;
/** Already canonical, and exact as a JavaScript number. */
const SMALL_INTEGER = /^(0|-?[1-9]\d{0,14})$/;

/**
 * The canonical form in which DynamoDB returns a number: plain decimal text without needless zeros.
 * @throws ValidationException for a text that is no number, or a number beyond DynamoDB's limits.
 */
export function toNumber(text: string): NumberValue {
  if (SMALL_INTEGER.test(text)) return NumberValue.from(text);
  if (!NUMBER.test(text)) throw invalid('A value provided cannot be converted into a number');
  const trimmed = text
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?=$|[eE])/, '');
  return fromBig(new Big(trimmed));
}

function fromBig(number: Big): NumberValue {
  const isZero = number.c.length === 1 && number.c[0] === 0;
  if (isZero) return NumberValue.from('0');
  if (number.c.length > MAX_DIGITS) throw invalid('DynamoDB only supports precision up to 38 digits');
  if (number.e > MAX_EXPONENT) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (number.e < MIN_EXPONENT) {
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  return NumberValue.from(number.toFixed());
}

const isSmall = (number: NumberValue) => SMALL_INTEGER.test(number.value);

/** The order of two numbers, exact at any size. */
export function compareNumbers(a: NumberValue, b: NumberValue): number {
  if (isSmall(a) && isSmall(b)) return Number(a.value) - Number(b.value);
  return new Big(a.value).cmp(new Big(b.value));
}

export function addNumbers(a: NumberValue, b: NumberValue): NumberValue {
  if (isSmall(a) && isSmall(b)) return NumberValue.from(String(Number(a.value) + Number(b.value)));
  return fromBig(new Big(a.value).plus(b.value));
}

export function subtractNumbers(a: NumberValue, b: NumberValue): NumberValue {
  return addNumbers(a, fromBig(new Big(b.value).times(-1)));
}
