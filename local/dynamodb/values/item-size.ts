import { NumberValue } from '@aws-sdk/lib-dynamodb';
import type { Item } from './item';
import { isMap } from './values';

const sizes = new WeakMap<Item, number>();

/**
 * The bytes that DynamoDB counts for an item: names and values.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  const known = sizes.get(item);
  if (known !== undefined) return known;
  const size = attributesSize(item);
  sizes.set(item, size);
  return size;
}

function attributesSize(item: Item): number {
  let size = 0;
  for (const name of Object.keys(item)) size += Buffer.byteLength(name) + valueSize(item[name]);
  return size;
}

function valueSize(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof NumberValue) return numberSize(value.value);
  if (typeof value === 'boolean' || value === null) return 1;
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof Set) return sum([...value], valueSize);
  // Three bytes for the list or map, and one for each element.
  if (Array.isArray(value)) return 3 + sum(value, (each) => 1 + valueSize(each));
  return isMap(value) ? 3 + Object.keys(value).length + attributesSize(value) : 0;
}

/** Two digits take a byte; the exponent takes one, and so does a minus sign. */
function numberSize(text: string): number {
  const digits = text
    .replace(/^-?0*\.?0*/, '')
    .replace(/\.?0*$/, '')
    .replace('.', '').length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function sum<Each>(all: readonly Each[], of: (each: Each) => number): number {
  return all.reduce((total, each) => total + of(each), 0);
}
