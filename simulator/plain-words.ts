import type * as z from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object, {…}',
  array: 'a list, […]',
  record: 'an object, {…}',
};

/** Each problem of an input as one line, `- products[0].name: give text.`, without a validator's words. */
export function inPlainWords({ issues }: z.ZodError): string {
  return [...new Set(issues.map((issue) => `- ${fieldOf(issue.path)}: ${remedyFor(issue)}.`))].join('\n');
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
    case 'unrecognized_keys':
      return `it has no field ${issue.keys.map((key) => JSON.stringify(key)).join(' or ')}`;
    case 'invalid_format':
      // A pattern of ours comes with its sentence; one of the validator's names only a format.
      return issue.format === 'regex' ? issue.message : `this is no ${issue.format}`;
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

function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || 'the input';
}
