import type * as z from 'zod';

/** What zod expects, in the words of JSON. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/**
 * Zod's error map for people who have never heard of it: what a field must be and what it is, in the words of JSON. It
 * repeats nothing that the sender chose, and no class of this program. A schema's own sentences stay.
 */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? 'something else'}${butIs(issue.input)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_union':
      return `has none of the forms that it may have${butIs(issue.input)}`;
    case 'too_small':
      return issue.minimum === 1 ? 'must not be empty' : `must be at least ${String(issue.minimum)}`;
    case 'too_big': {
      const unit = issue.origin === 'string' ? ' characters long' : issue.origin === 'array' ? ' entries' : '';
      return `must be at most ${String(issue.maximum)}${unit}`;
    }
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
      return 'has characters or a form that are not allowed';
    case 'unrecognized_keys':
      return 'has an unknown field';
    default:
      return undefined;
  }
}

function butIs(input: unknown): string {
  if (input === undefined) return ', but is missing';
  if (input === null) return ', but is null';
  if (Array.isArray(input)) return ', but is a list';
  if (typeof input === 'string') return ', but is text';
  if (typeof input === 'boolean') return ', but is true or false';
  const isNumber = typeof input === 'number' || (typeof input === 'object' && 'isLosslessNumber' in input);
  return isNumber ? ', but is a number' : ', but is an object';
}

/**
 * Each problem once, as `field: what is wrong`. An answer with a sentence for each of 10,000 tags would be too large, so
 * names below `tags`, which the sender chose, are left out.
 */
export function problemsInWords(issues: readonly z.core.$ZodIssue[], whole: string): string {
  const fieldOf = (path: readonly PropertyKey[]) => {
    const tagsAt = path.indexOf('tags');
    return path.slice(0, tagsAt < 0 ? undefined : tagsAt + 1).join('.') || whole;
  };
  return [...new Set(issues.map(({ path, message }) => `${fieldOf(path)}: ${message}`))].join('; ');
}
