import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { unsupported } from '../errors';
import type { Item } from './item';
import { compareNumbers, toNumber } from './numbers';

export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS';

export function isMap(value: unknown): value is Item {
  return typeOf(value) === 'M';
}

/** DynamoDB's type of a stored value. @throws Error for a value that cannot be stored. */
export function typeOf(value: unknown): AttributeType {
  if (typeof value === 'string') return 'S';
  if (value instanceof NumberValue) return 'N';
  if (typeof value === 'boolean') return 'BOOL';
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return 'B';
  if (Array.isArray(value)) return 'L';
  if (value instanceof Set) {
    const [first] = value;
    return typeof first === 'string' ? 'SS' : first instanceof NumberValue ? 'NS' : 'BS';
  }
  if (typeof value === 'object') return 'M';
  throw unsupported(`values of the type ${typeof value}`);
}

/** Converts a value of the document client to its stored form. */
function toStored(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number' || typeof value === 'bigint') return toNumber(String(value));
  if (value instanceof NumberValue) return toNumber(value.value);
  if (Array.isArray(value)) return value.map(toStored);
  if (value instanceof Set) return new Set([...value].map(toStored));
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'object') return toStoredItem(value as Item);
  throw unsupported(`values of the type ${typeof value}`);
}

/** Converts an item of the document client. Undefined attributes are left out, as the product's client does. */
export function toStoredItem(item: Item): Record<string, unknown> {
  const stored: Record<string, unknown> = {};
  for (const name of Object.keys(item)) if (item[name] !== undefined) stored[name] = toStored(item[name]);
  return stored;
}

/** Deep equality. Numbers are canonical, so equal numbers have equal texts; sets have no order. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return false;
  if (a === b) return true;
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (a instanceof NumberValue && b instanceof NumberValue) return a.value === b.value;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, n) => isSameValue(one, b[n]));
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((member) => hasMember(b, member));
  if (!isMap(a) || !isMap(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSameValue(a[name], b[name]));
}

export function hasMember(set: ReadonlySet<unknown>, member: unknown): boolean {
  return set.has(member) || [...set].some((each) => isSameValue(each, member));
}

/** The order of two numbers, strings (by UTF-8) or binaries; undefined for other or differing types. */
export function compareValues(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (a instanceof NumberValue && b instanceof NumberValue) return compareNumbers(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return undefined;
}

const SURROGATE = /[\uD800-\uDFFF]/;

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  // UTF-16 and UTF-8 order texts differently only where a surrogate pair meets a character after U+DFFF.
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
