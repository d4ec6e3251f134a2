import type * as z from 'zod';
import { printable } from '../web/printable';

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object, {…}',
  array: 'a list, […]',
  record: 'an object, {…}',
};

/**
 * Each problem of an input as one line, `- products[0].name: found 7; give text.`, without a validator's words.
 *
 * @param input - what was read; without it a line does not say what was found
 */
export function inPlainWords({ issues }: z.ZodError, input?: unknown): string {
  const lines = issues.map((issue) => {
    const found = input === undefined || issue.code === 'unrecognized_keys' ? '' : `${foundAt(issue.path, input)}; `;
    return `- ${fieldOf(issue.path)}: ${found}${remedyFor(issue)}.`;
  });
  return [...new Set(lines)].join('\n');
}

function remedyFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `give ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `give ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return `give at least ${String(issue.minimum)}${unitOf(issue.origin)}`;
    case 'too_big':
      return `give at most ${String(issue.maximum)}${unitOf(issue.origin)}`;
    // These come with their sentence: unknown fields from `exactly`, the others from their schemas.
    case 'invalid_format':
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'custom':
      return issue.message;
    default:
      return 'this is not one of the forms that it may have';
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' character(s)';
  return origin === 'array' ? ' item(s)' : '';
}

/** The most of a value that a line shows. */
const SHOWN_CHARACTERS = 60;

function foundAt(path: readonly PropertyKey[], input: unknown): string {
  const found = path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
  if (found === undefined) return 'found nothing';
  const text = printable(JSON.stringify(found));
  return `found ${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text}`;
}

function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || 'the input';
}
