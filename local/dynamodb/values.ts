import { NumberValue } from '@aws-sdk/lib-dynamodb';

/** Numbers are kept as DynamoDB gives them back: digits in a `NumberValue`. Undefined members are dropped. */
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

/** Equality of scalars; lists and maps are never compared here. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) return a === b || String(a) === String(b);
  return a !== undefined && a === b;
}

/** Order of two numbers (safe integers: counts and times) or two texts; undefined for anything else. */
export function compareValues(a: unknown, b: unknown): number | undefined {
  if (isNumber(a) && isNumber(b)) return Number(String(a)) - Number(String(b));
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return undefined;
}

/** What ADD and + do to counts and times. */
export function addNumbers(a: unknown, b: unknown): NumberValue {
  return NumberValue.from(String(Number(String(a)) + Number(String(b))));
}
