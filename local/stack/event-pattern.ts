import * as z from 'zod';

/**
 * An event pattern of an EventBridge rule or a Lambda event filter: every named field must have one of the listed values
 * or satisfy one of the listed operators.
 */
export type EventPattern = (event: unknown) => boolean;

type Leaf = string | number | boolean | null | undefined;
type Matcher = (value: Leaf) => boolean;

const objectSchema = z.record(z.string(), z.unknown());
const literalSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const numericSchema = z.array(z.union([z.string(), z.number()]));

/** @throws Error that names an unsupported operator, so that no rule silently matches nothing. */
export function compilePattern(pattern: unknown): EventPattern {
  const fields = Object.entries(objectSchema.parse(pattern)).map(([field, inner]): EventPattern => {
    if (field === '$or') {
      const alternatives = z.array(z.unknown()).parse(inner).map(compilePattern);
      return (event) => alternatives.some((matches) => matches(event));
    }
    const matches = Array.isArray(inner) ? compileLeaf(inner) : compileNested(inner);
    return (event) => matches(fieldOf(event, field));
  });
  return (event) => fields.every((matches) => matches(event));
}

/** An array in the event matches when one of its elements does. */
function compileNested(pattern: unknown): EventPattern {
  const matches = compilePattern(pattern);
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}

function compileLeaf(alternatives: unknown[]): EventPattern {
  const matchers = alternatives.map(compileMatcher);
  return (value) => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return matchers.some((matcher) => values.some((each) => isLeaf(each) && matcher(each)));
  };
}

const OPERATORS: Record<string, (operand: unknown) => Matcher> = {
  prefix: (operand) => textMatcher(operand, (text, part) => text.startsWith(part)),
  suffix: (operand) => textMatcher(operand, (text, part) => text.endsWith(part)),
  'equals-ignore-case': (operand) => textMatcher(operand, (text, part) => text.toLowerCase() === part.toLowerCase()),
  exists: (operand) => {
    const wanted = z.boolean().parse(operand);
    return (value) => (value !== undefined) === wanted;
  },
  'anything-but': (operand) => {
    const excluded = (Array.isArray(operand) ? operand : [operand]).map(compileMatcher);
    return (value) => value !== undefined && !excluded.some((matches) => matches(value));
  },
  numeric: (operand) => {
    const parts = numericSchema.parse(operand);
    const comparisons = Array.from({ length: parts.length / 2 }, (_, i) => comparison(parts[2 * i], parts[2 * i + 1]));
    return (value) => typeof value === 'number' && comparisons.every((holds) => holds(value));
  },
};

function compileMatcher(alternative: unknown): Matcher {
  const literal = literalSchema.safeParse(alternative);
  if (literal.success) return (value) => value === literal.data;
  const [operator = '', operand] = Object.entries(objectSchema.parse(alternative))[0] ?? [];
  const compile = OPERATORS[operator];
  if (compile === undefined)
    throw new Error(`The local stack does not support the event pattern operator "${operator}".`);
  return compile(operand);
}

function textMatcher(operand: unknown, holds: (text: string, part: string) => boolean): Matcher {
  const part = z.string().parse(operand);
  return (value) => typeof value === 'string' && holds(value, part);
}

function comparison(operator: unknown, operand: unknown): (value: number) => boolean {
  const limit = z.number().parse(operand);
  const comparisons: Record<string, (value: number) => boolean> = {
    '=': (value) => value === limit,
    '<': (value) => value < limit,
    '<=': (value) => value <= limit,
    '>': (value) => value > limit,
    '>=': (value) => value >= limit,
  };
  const found = comparisons[String(operator)];
  if (found === undefined)
    throw new Error(`The local stack does not support the numeric comparison "${String(operator)}".`);
  return found;
}

function fieldOf(event: unknown, field: string): unknown {
  const object = objectSchema.safeParse(event);
  return object.success && Object.hasOwn(object.data, field) ? object.data[field] : undefined;
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || typeof value !== 'object';
}
