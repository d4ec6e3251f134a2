import type { Item } from '../values/item';
import { writeItem } from './attribute-values';

const ITEMS = new Set(['Item', 'Attributes', 'LastEvaluatedKey', 'Key', 'NewImage', 'OldImage']);
const ITEM_LISTS = new Set(['Items', 'Keys']);

/** Writes the stored items in an answer as DynamoDB's JSON. Every other member stays as it is. */
export function written(output: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(output).map(([name, value]) => [name, writtenMember(name, value)]));
}

function writtenMember(name: string, value: unknown): unknown {
  if (ITEMS.has(name)) return writeItem(value as Item);
  // In a stream record, `Keys` is one item; in a batch, it is a list.
  if (name === 'Keys' && !Array.isArray(value)) return writeItem(value as Item);
  if (ITEM_LISTS.has(name)) return (value as Item[]).map(writeItem);
  if (name === 'Responses' && !Array.isArray(value)) {
    return Object.fromEntries(
      Object.entries(value as Record<string, Item[]>).map(([table, items]) => [table, items.map(writeItem)]),
    );
  }
  if (Array.isArray(value)) return value.map((each: unknown) => (isObject(each) ? written(each) : each));
  return isObject(value) ? written(value) : value;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
