import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { printable } from '../../../web/printable';
import { fieldsOf, limitsOf, schemaAt } from './schema-at';

type Issue = z.core.$ZodIssue;

/** Each problem of a configuration as one line: the field, what was found, what is allowed, and the nearest right word. */
export function configurationProblems(schema: z.ZodType, input: unknown, issues: readonly Issue[]): string[] {
  return [...new Set(issues.flatMap((issue) => sentencesAbout(issue, schema, input)))];
}

function sentencesAbout(issue: Issue, schema: z.ZodType, input: unknown): string[] {
  const field = fieldOf(issue.path);
  const found = valueAt(input, issue.path);
  const is = `${field} ${found === undefined ? 'is missing' : `is ${shown(found)}`}`;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = fieldsOf(schemaAt(schema, issue.path));
      return issue.keys.map((key) => `${field} has no field ${shown(key)}.${nearest(key, allowed)} ${listed(allowed)}`);
    }
    case 'invalid_type':
      return [`${is}: give ${limitsOf(schemaAt(schema, issue.path)) ?? TYPES[issue.expected] ?? issue.expected}.`];
    case 'invalid_value':
      return [`${is}: ${choice(found, issue.values)}`];
    case 'invalid_union':
      return [`${is}: ${choice(found, issue.inclusive === false ? [] : (issue.options ?? []))}`];
    case 'too_small':
    case 'too_big':
      return [`${is}: give ${limitsOf(schemaAt(schema, issue.path)) ?? sizeOf(issue)}.`];
    case 'invalid_format':
      return [`${is}: give ${FORMATS[issue.format] ?? issue.message}.`];
    case 'custom': {
      const { allowed } = custom.parse(issue.params ?? {});
      const hint = typeof found === 'string' && allowed !== undefined ? nearest(found, allowed) : '';
      // A list or an object is not wrong as a whole, so only the field is named.
      const subject = typeof found === 'object' ? field : is;
      return [`${issue.path.length === 0 ? '' : `${subject}: `}${issue.message}.${hint}`];
    }
    default:
      return [`${is}: docs/configuration.md says what is allowed.`];
  }
}

/** What a refinement may add: the words that would be right. */
const custom = z.object({ allowed: z.array(z.string()).optional() });

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object, {…}',
  array: 'a list, […]',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'an e-mail address, such as support@example.com',
  url: 'a whole address, such as https://example.com/help',
};

type SizeIssue = z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig;

function sizeOf(issue: SizeIssue): string {
  const [word, limit] = issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum];
  const noun = issue.origin === 'string' ? 'character' : 'entry';
  const nouns = issue.origin === 'string' ? 'characters' : 'entries';
  return `${word} ${String(limit)} ${Number(limit) === 1 ? noun : nouns}`;
}

function choice(found: unknown, values: readonly unknown[]): string {
  const allowed = values.map(String);
  if (allowed.length === 0) return 'docs/configuration.md shows the forms that it may have.';
  return `give ${allowed.join(' or ')}.${typeof found === 'string' ? nearest(found, allowed) : ''}`;
}

/** Nobody reads a list of a hundred names in a terminal. */
const LONGEST_LIST = 20;

function listed(allowed: readonly string[]): string {
  if (allowed.length > LONGEST_LIST) return 'docs/configuration.md lists what is allowed.';
  return allowed.length === 0 ? '' : `Allowed: ${allowed.join(', ')}.`;
}

/** A word is meant by another one if a third of it is wrong at most, in whatever case. */
function nearest(word: string, allowed: readonly string[]): string {
  if (allowed.length === 0) return '';
  const match = closest(
    word.toLowerCase(),
    allowed.map((each) => each.toLowerCase()),
  );
  const meant = allowed.find((each) => each.toLowerCase() === match) ?? '';
  return distance(word.toLowerCase(), match) <= Math.max(1, Math.ceil(word.length / 3))
    ? ` Did you mean ${meant}?`
    : '';
}

/** `products[0].dimensions[1].apiName` */
function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || 'the configuration';
}

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = printable(JSON.stringify(value));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}
