import { NumberValue } from '@aws-sdk/lib-dynamodb';

/** Stores numbers as the document client returns them, as `NumberValue`. */
function toStored(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return NumberValue.from(String(value));
  return value;
}

export function toStoredItem(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const stored: Record<string, unknown> = {};
  for (const name of Object.keys(item)) if (item[name] !== undefined) stored[name] = toStored(item[name]);
  return stored;
}

const isNumber = (value: unknown) => typeof value === 'number' || value instanceof NumberValue;

/** Equality of scalars. Lists and maps are never compared. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) return a === b || String(a) === String(b);
  return a !== undefined && a === b;
}

/** The order of two numbers (safe integers: counts and times) or two strings; undefined for other types. */
export function compareValues(a: unknown, b: unknown): number | undefined {
  if (isNumber(a) && isNumber(b)) return Number(String(a)) - Number(String(b));
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return undefined;
}

/** The sum that ADD and `+` produce for counts and times. */
export function addNumbers(a: unknown, b: unknown): NumberValue {
  return NumberValue.from(String(Number(String(a)) + Number(String(b))));
}
