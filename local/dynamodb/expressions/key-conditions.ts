import { requireRange, startsWith } from './conditions';
import { invalid } from '../errors';
import { Tokens, type Parsed, type Path, type Substitutions } from './tokens';
import type { KeyLayout } from '../tables/table-layout';
import type { Item } from '../values/item';
import { compareValues, isSameValue, typeOf } from '../values/values';

type Value = (by: Substitutions) => unknown;

/** One condition of a key condition expression: an attribute and what it is compared with. */
interface Term {
  path: Path;
  operator: string;
  values: readonly Value[];
}

/** The partition that a query reads, and which of its items. */
interface KeyCondition {
  partition: Item;
  matches(item: Item): boolean;
}

export type KeyConditions = (layout: KeyLayout, by: Substitutions) => KeyCondition;

const OPERATORS: Readonly<Record<string, (value: unknown, operands: readonly unknown[]) => boolean>> = {
  '=': (value, [operand]) => isSameValue(value, operand),
  '<': (value, [operand]) => (compareValues(value, operand) ?? 0) < 0,
  '<=': (value, [operand]) => (compareValues(value, operand) ?? 1) <= 0,
  '>': (value, [operand]) => (compareValues(value, operand) ?? 0) > 0,
  '>=': (value, [operand]) => (compareValues(value, operand) ?? -1) >= 0,
  BETWEEN: (value, [low, high]) => (compareValues(value, low) ?? -1) >= 0 && (compareValues(value, high) ?? 1) <= 0,
  begins_with: (value, [prefix]) => startsWith(value, prefix),
};

const parsed = new Map<string, Parsed<KeyConditions>>();

/** A key condition expression. @throws ValidationException for what DynamoDB refuses. */
export function parseKeyConditions(text: string): Parsed<KeyConditions> {
  const known = parsed.get(text) ?? parse(new Tokens(text, 'KeyConditionExpression'));
  parsed.set(text, known);
  return known;
}

function parse(tokens: Tokens): Parsed<KeyConditions> {
  const terms = [parseTerm(tokens)];
  while (tokens.acceptKeyword('AND')) terms.push(parseTerm(tokens));
  return tokens.parsed((layout, by) => conditionOf(terms, { layout, by }));
}

function parseTerm(tokens: Tokens): Term {
  if (tokens.accept('(')) {
    const inner = parseTerm(tokens);
    tokens.expect(')');
    return inner;
  }
  if (tokens.peek(1) === '(') return parseFunction(tokens);
  const path = tokens.path();
  if (tokens.acceptKeyword('BETWEEN')) {
    const low = tokens.value();
    if (!tokens.acceptKeyword('AND')) throw tokens.syntaxError();
    const high = tokens.value();
    tokens.checks.push((by) => requireRange(tokens, low(by), high(by)));
    return { path, operator: 'BETWEEN', values: [low, high] };
  }
  const operator = tokens.next() ?? '';
  if (operator === '<>' || operator.toUpperCase() === 'IN') throw invalidOperator(tokens, operator.toUpperCase());
  if (!Object.hasOwn(OPERATORS, operator) || operator === 'begins_with') throw tokens.syntaxError();
  return { path, operator, values: [tokens.value()] };
}

function parseFunction(tokens: Tokens): Term {
  const operator = tokens.next() ?? '';
  if (/^(attribute_(not_)?exists|attribute_type|contains|size)$/.test(operator))
    throw invalidOperator(tokens, operator);
  if (operator !== 'begins_with') throw tokens.error(`Invalid function name; function: ${operator}`);
  tokens.expect('(');
  const path = tokens.path();
  tokens.expect(',');
  const values = [tokens.valueOf('begins_with', ['S', 'B'])];
  tokens.expect(')');
  return { path, operator, values };
}

function invalidOperator(tokens: Tokens, operator: string): Error {
  return tokens.error(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function conditionOf(terms: readonly Term[], { layout, by }: { layout: KeyLayout; by: Substitutions }): KeyCondition {
  const { partitionKey, sortKey } = layout;
  const named = terms.map((term) => ({ ...term, name: String(term.path(by)[0]) }));
  if (named.length > 2) throw invalid('Conditions can be of length 1 or 2 only');
  const partition = named.find(({ name }) => name === partitionKey.name);
  if (partition === undefined) throw invalid(`Query condition missed key schema element: ${partitionKey.name}`);
  const others = named.filter((term) => term !== partition);
  const [sort] = others;
  if (sort !== undefined && sort.name !== sortKey?.name) {
    throw invalid(
      sortKey === undefined
        ? 'Query key condition not supported'
        : `Query condition missed key schema element: ${sortKey.name}`,
    );
  }
  if (partition.operator !== '=') throw invalid('Query key condition not supported');
  const [value] = partition.values.map((each) => each(by));
  requireType(value, partitionKey.type);
  const operands = (sort?.values ?? []).map((each) => each(by));
  for (const operand of operands) if (sortKey) requireType(operand, sortKey.type);
  const matches = sort && OPERATORS[sort.operator];
  return {
    partition: { [partitionKey.name]: value },
    matches: (item) => matches === undefined || matches(item[sort?.name ?? ''], operands),
  };
}

function requireType(value: unknown, type: string): void {
  if (typeOf(value) === type) return;
  throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
}
