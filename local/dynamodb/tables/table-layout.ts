import { invalid } from '../errors';
import type { Item } from '../values/item';
import { typeOf } from '../values/values';

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** The keys of a table or an index. */
export interface KeyLayout {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/** A global secondary index. */
export interface IndexLayout extends KeyLayout {
  readonly projection: 'KEYS_ONLY' | 'INCLUDE' | 'ALL';
  readonly nonKeyAttributes?: readonly string[];
}

export interface TableLayout extends KeyLayout {
  readonly indexes?: Readonly<Record<string, IndexLayout>>;
  readonly stream?: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
}

export function keyAttributes({ partitionKey, sortKey }: KeyLayout): KeyAttribute[] {
  return sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
}

/** The attributes of an item that are its key. */
export function keyOf(item: Item, ...layouts: readonly KeyLayout[]): Item {
  const names = layouts.flatMap(keyAttributes).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}

const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

/** @throws ValidationException unless the item has all keys of the table, and index keys of the right type and size. */
export function checkItem(item: Item, layout: TableLayout): void {
  for (const { name, type } of keyAttributes(layout)) {
    const value = item[name];
    if (value === undefined) throw invalid('One of the required keys was not given a value');
    if (typeOf(value) !== type) throw invalid('One or more parameter values were invalid: Type mismatch for key');
    refuseEmpty(name, value, 'key attribute');
  }
  refuseLong(item, layout);
  for (const index of Object.values(layout.indexes ?? {})) {
    for (const { name, type } of keyAttributes(index)) {
      const value = item[name];
      if (value === undefined) continue;
      if (typeOf(value) !== type)
        throw invalid('One or more parameter values were invalid: Type mismatch for Index Key');
      refuseEmpty(name, value, 'key attribute');
    }
    if (hasLongKey(item, index)) throw invalid('One or more parameter values were invalid: Size limit exceeded');
  }
}

/** @throws ValidationException unless `key` is exactly a key of the table. */
export function checkKey(key: Item | undefined, layout: KeyLayout): Item {
  const attributes = keyAttributes(layout);
  if (key === undefined || Object.keys(key).length !== attributes.length) {
    throw invalid('The number of conditions on the keys is invalid');
  }
  for (const { name, type } of attributes) {
    const value = key[name];
    if (value === undefined) throw invalid('One of the required keys was not given a value');
    if (typeOf(value) !== type) throw invalid('The provided key element does not match the schema');
    refuseEmpty(name, value, 'key attribute');
  }
  refuseLong(key, layout);
  return key;
}

function refuseLong(key: Item, layout: KeyLayout): void {
  if (!hasLongKey(key, layout)) return;
  throw invalid(
    `Hash primary key values must be under ${MAX_PARTITION_KEY_BYTES} bytes, and range primary key values must be under ${MAX_SORT_KEY_BYTES} bytes`,
  );
}

function hasLongKey(key: Item, { partitionKey, sortKey }: KeyLayout): boolean {
  return (
    isLonger(key[partitionKey.name], MAX_PARTITION_KEY_BYTES) ||
    (sortKey !== undefined && isLonger(key[sortKey.name], MAX_SORT_KEY_BYTES))
  );
}

/** A number never is: it has 38 digits at most. */
function isLonger(value: unknown, maxBytes: number): boolean {
  return (typeof value === 'string' || value instanceof Uint8Array) && Buffer.byteLength(value) > maxBytes;
}

function refuseEmpty(name: string, value: unknown, role: string): void {
  const isEmpty = value === '' || (value instanceof Uint8Array && value.length === 0);
  if (!isEmpty) return;
  const kind = value === '' ? 'string' : 'binary';
  throw invalid(
    `One or more parameter values are not valid. The AttributeValue for a ${role} cannot contain an empty ${kind} value. Key: ${name}`,
  );
}
