import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { invalid } from '../errors';
import { toNumber } from '../values/numbers';
import type { Item } from '../values/item';
import { hasMember, typeOf } from '../values/values';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_DEPTH = 32;

/** A request whose JSON does not have the shape of the operation. */
export class SerializationError extends Error {
  override readonly name = 'SerializationException';
}

/** Reads a map of attribute values as DynamoDB's JSON writes them. @throws ValidationException, SerializationException */
export function readItem(json: unknown): Item {
  return readMap(json, 0);
}

function readMap(json: unknown, depth: number): Item {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new SerializationError('Expected a map');
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, readValue(value, depth)]));
}

function readValue(json: unknown, depth: number): unknown {
  if (typeof json !== 'object' || json === null) throw new SerializationError('Expected an attribute value');
  if (depth > MAX_DEPTH) throw invalid('Nesting Levels have exceeded supported limits');
  const [entry, ...others] = Object.entries(json) as [string, unknown][];
  if (entry === undefined) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (others.length > 0) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return readTyped(entry, depth);
}

function readTyped([type, value]: [string, unknown], depth: number): unknown {
  switch (type) {
    case 'S':
      return text(value);
    case 'N':
      return toNumber(text(value));
    case 'B':
      return bytes(value);
    case 'BOOL':
      if (typeof value !== 'boolean') throw new SerializationError('Expected a boolean');
      return value;
    case 'NULL':
      if (value !== true) {
        throw invalid(
          'One or more parameter values were invalid: Null attribute value types must have the value of true',
        );
      }
      return null;
    case 'L':
      return list(value).map((each) => readValue(each, depth + 1));
    case 'M':
      return readMap(value, depth + 1);
    case 'SS':
      return readSet(value, { read: text, kind: 'string set ' });
    case 'NS':
      return readSet(value, { read: (each) => toNumber(text(each)), kind: 'number set ' });
    case 'BS':
      return readSet(value, { read: bytes, kind: 'Binary set ' });
    default:
      throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
}

function readSet(value: unknown, { read, kind }: { read: (each: unknown) => unknown; kind: string }): Set<unknown> {
  const members = list(value);
  if (members.length === 0) throw invalid(`One or more parameter values were invalid: An ${kind} may not be empty`);
  const set = new Set<unknown>();
  for (const member of members.map(read)) {
    if (hasMember(set, member)) {
      throw invalid('Input collection contains duplicates');
    }
    set.add(member);
  }
  return set;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new SerializationError('Expected a string');
  return value;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new SerializationError('Expected a list');
  return value;
}

function bytes(value: unknown): Uint8Array {
  if (!BASE64.test(text(value))) throw new SerializationError('Expected base64');
  return Uint8Array.from(Buffer.from(text(value), 'base64'));
}

/** Writes a stored item as DynamoDB's JSON. */
export function writeItem(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, writeValue(value)]));
}

function writeValue(value: unknown): Record<string, unknown> {
  const type = typeOf(value);
  if (value instanceof NumberValue) return { N: value.value };
  if (value instanceof Uint8Array) return { B: base64(value) };
  if (value instanceof Set) return { [type]: [...value].map((member) => Object.values(writeValue(member))[0]) };
  if (Array.isArray(value)) return { L: value.map(writeValue) };
  if (type === 'M') return { M: writeItem(value as Item) };
  return { [type]: type === 'NULL' ? true : value };
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}
