import { UsageNotTakenError } from './errors';

/** A double keeps 15 significant digits of any decimal. With more, it is the rest of a calculation: 0.1 + 0.2. */
const SAFE_DIGITS = 15;
const DECIMAL = /^\d+(\.\d+)?$/;

/**
 * A quantity as decimal text, with every digit.
 * @throws UsageNotTakenError `invalid` for a number that is not exactly what was meant, and for text that is not decimal
 */
export function quantityText(quantity: unknown): string {
  if (typeof quantity === 'bigint') return textOf(quantity.toString());
  if (typeof quantity === 'string') return textOf(quantity);
  if (typeof quantity !== 'number' || !Number.isFinite(quantity))
    throw invalid('must be a number, a bigint or decimal text');
  const text = withoutExponent(quantity);
  const digits = text.replace('.', '').replace(/^0+/, '');
  if (Number.isInteger(quantity) ? !Number.isSafeInteger(quantity) : digits.length > SAFE_DIGITS)
    throw invalid(`is ${text}, which looks like the rest of a calculation: report it as decimal text`);
  return textOf(text);
}

function textOf(text: string): string {
  if (!DECIMAL.test(text)) throw invalid('must be decimal and not negative, such as 12 or "0.25"');
  return text;
}

/** JavaScript prints small numbers as 2.5e-7. */
function withoutExponent(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', first = '', rest = '', exponent = ''] = match;
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${first}${rest}`;
}

function invalid(problem: string): UsageNotTakenError {
  return new UsageNotTakenError('invalid', `The quantity ${problem}.`);
}
