import { invalid } from '../errors';
import type { Parsed, Substitutions } from './tokens';
import { toStoredItem } from '../values/values';

/** The placeholders of a request. */
export interface Placeholders {
  ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

const NONE: Substitutions = { names: {}, values: {} };

/**
 * The substitutions for all expressions of a request.
 * @throws ValidationException for a placeholder without a meaning, one that no expression uses, and values that an
 * expression cannot take
 */
export function substitutionsOf(
  { ExpressionAttributeNames: names, ExpressionAttributeValues: given }: Placeholders,
  ...expressions: readonly (Parsed<unknown> | undefined)[]
): Substitutions {
  const used = expressions.filter((expression) => expression !== undefined);
  if (names !== undefined) refuseNeedless('ExpressionAttributeNames', Object.keys(names), used);
  if (given !== undefined) refuseNeedless('ExpressionAttributeValues', Object.keys(given), used);
  const by =
    names === undefined && given === undefined ? NONE : { names: names ?? {}, values: toStoredItem(given ?? {}) };
  for (const { kind, names: named, values } of used) {
    for (const name of named) {
      if (by.names[name] === undefined) throw undefinedPlaceholder(kind, 'name used in the document path', name);
    }
    for (const value of values) {
      if (by.values[value] === undefined) throw undefinedPlaceholder(kind, 'value used in expression', value);
    }
  }
  for (const { checks } of used) for (const check of checks) check(by);
  return by;
}

function undefinedPlaceholder(kind: string, what: string, placeholder: string): Error {
  const type = what.split(' ')[0];
  return invalid(`Invalid ${kind}: An expression attribute ${what} is not defined; attribute ${type}: ${placeholder}`);
}

function refuseNeedless(
  member: keyof Placeholders,
  placeholders: readonly string[],
  used: readonly Parsed<unknown>[],
): void {
  if (used.length === 0) throw invalid(`${member} can only be specified when using expressions`);
  if (placeholders.length === 0) throw invalid(`${member} must not be empty`);
  const [sign, kind] = member === 'ExpressionAttributeNames' ? (['#', 'names'] as const) : ([':', 'values'] as const);
  for (const placeholder of placeholders) {
    if (!placeholder.startsWith(sign)) {
      throw invalid(`${member} contains invalid key: Syntax error; key: "${placeholder}"`);
    }
  }
  const needless = placeholders.filter((placeholder) => !used.some((expression) => expression[kind].has(placeholder)));
  if (needless.length === 0) return;
  throw invalid(`Value provided in ${member} unused in expressions: keys: {${needless.join(', ')}}`);
}
