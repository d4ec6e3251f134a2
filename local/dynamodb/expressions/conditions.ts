import { valueAt } from './document-paths';
import { Tokens, type ExpressionKind, type Parsed, type Path, type Substitutions } from './tokens';
import { toNumber } from '../values/numbers';
import type { Item } from '../values/item';
import { compareValues, hasMember, isMap, isSameValue, typeOf, type AttributeType } from '../values/values';

export type Condition = (item: Item | undefined, by: Substitutions) => boolean;
type Evaluate = (item: Item | undefined, by: Substitutions) => unknown;

/** A placeholder, a path or a size. */
interface Operand {
  evaluate: Evaluate;
  path?: Path;
  isValue: boolean;
}

const ORDERED: readonly AttributeType[] = ['S', 'N', 'B'];
const TYPES: readonly string[] = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];
const MAX_IN = 100;

const parsed = new Map<string, Parsed<Condition>>();

/** A condition or filter expression. @throws ValidationException for what DynamoDB refuses. */
export function parseCondition(text: string, kind: ExpressionKind = 'ConditionExpression'): Parsed<Condition> {
  const key = `${kind}:${text}`;
  const known = parsed.get(key) ?? new ConditionParser(new Tokens(text, kind)).parse();
  parsed.set(key, known);
  return known;
}

class ConditionParser {
  constructor(private readonly tokens: Tokens) {}

  parse(): Parsed<Condition> {
    return this.tokens.parsed(this.#or());
  }

  #or(): Condition {
    let left = this.#and();
    while (this.tokens.acceptKeyword('OR')) {
      const [first, second] = [left, this.#and()];
      left = (item, by) => first(item, by) || second(item, by);
    }
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.tokens.acceptKeyword('AND')) {
      const [first, second] = [left, this.#not()];
      left = (item, by) => first(item, by) && second(item, by);
    }
    return left;
  }

  #not(): Condition {
    if (!this.tokens.acceptKeyword('NOT')) return this.#primary();
    const inner = this.#not();
    return (item, by) => !inner(item, by);
  }

  #primary(): Condition {
    if (!this.tokens.accept('(')) return this.#function() ?? this.#comparison();
    const isDoubled = this.tokens.peek() === '(';
    const inner = this.#or();
    const closedTwice = isDoubled && this.tokens.peek(-1) === ')';
    this.tokens.expect(')');
    if (closedTwice && this.#wrapsAlone()) throw this.tokens.error('The expression has redundant parentheses;');
    return inner;
  }

  /** Whether the parentheses just closed contain nothing but another pair. */
  #wrapsAlone(): boolean {
    let depth = 0;
    for (let back = -2; ; back -= 1) {
      const token = this.tokens.peek(back);
      if (token === ')') depth += 1;
      if (token === '(') depth -= 1;
      if (depth === 0) return this.tokens.peek(back - 1) === '(';
      if (token === undefined) return false;
    }
  }

  #function(): Condition | undefined {
    const name = this.tokens.peek() ?? '';
    if (this.tokens.peek(1) !== '(' || name === 'size' || !/^[A-Za-z_]/.test(name)) return undefined;
    if (/^(and|or|not|between|in)$/i.test(name)) return undefined;
    this.tokens.next();
    this.tokens.expect('(');
    const condition = this.#call(name);
    this.tokens.expect(')');
    return condition;
  }

  #call(name: string): Condition {
    switch (name) {
      case 'attribute_exists': {
        const path = this.tokens.pathOf(name);
        return (item, by) => valueAt(item, path(by)) !== undefined;
      }
      case 'attribute_not_exists': {
        const path = this.tokens.pathOf(name);
        return (item, by) => valueAt(item, path(by)) === undefined;
      }
      case 'attribute_type':
        return this.#attributeType(this.tokens.pathOf(name));
      case 'begins_with': {
        const [text, prefix] = this.#twoOperands(name, ['S', 'B']);
        return (item, by) => startsWith(text(item, by), prefix(item, by));
      }
      case 'contains': {
        const [container, part] = this.#twoOperands(name, undefined);
        return (item, by) => contains(container(item, by), part(item, by));
      }
      case 'if_not_exists':
      case 'list_append':
        throw this.tokens.error(`The function is not allowed in a condition expression; function: ${name}`);
      default:
        throw this.tokens.error(`Invalid function name; function: ${name}`);
    }
  }

  #attributeType(path: Path): Condition {
    this.tokens.expect(',');
    const wanted = this.tokens.valueOf('attribute_type', ['S']);
    this.tokens.checks.push((by) => {
      const type = String(wanted(by));
      if (TYPES.includes(type)) return;
      throw this.tokens.error(`Invalid attribute type name found; type: ${type}, valid types: {${TYPES.join(',')}}`);
    });
    return (item, by) => {
      const value = valueAt(item, path(by));
      return value !== undefined && typeOf(value) === wanted(by);
    };
  }

  #twoOperands(name: string, types: readonly AttributeType[] | undefined): [Evaluate, Evaluate] {
    const first = this.#operand(name, types);
    this.tokens.expect(',');
    const second = this.#operand(name, types);
    this.#requireDistinct(name, first, second);
    return [first.evaluate, second.evaluate];
  }

  #comparison(): Condition {
    const left = this.#operand('', undefined);
    if (this.tokens.acceptKeyword('IN')) return this.#in(left);
    if (this.tokens.acceptKeyword('BETWEEN')) return this.#between(left);
    const operator = this.tokens.next() ?? '';
    const compare = COMPARISONS.get(operator);
    if (compare === undefined) throw this.tokens.syntaxError();
    const types = operator === '=' || operator === '<>' ? undefined : ORDERED;
    if (types && left.isValue) this.tokens.requireTypes(operator, (by) => left.evaluate(undefined, by), types);
    const right = this.#operand(operator, types);
    this.#requireDistinct(operator, left, right);
    return (item, by) => compare(left.evaluate(item, by), right.evaluate(item, by));
  }

  #requireDistinct(operator: string, { path: one }: Operand, ...others: readonly Operand[]): void {
    if (one === undefined) return;
    this.tokens.checks.push((by) => {
      if (!others.some(({ path }) => path !== undefined && path(by).join() === one(by).join())) return;
      const rule = 'The first operand must be distinct from the remaining operands for this operator or function';
      throw this.tokens.error(`${rule}; operator: ${operator}, first operand: [${one(by).join(', ')}]`);
    });
  }

  #in(left: Operand): Condition {
    this.tokens.expect('(');
    const members = [this.#operand('IN', undefined)];
    while (this.tokens.accept(',')) members.push(this.#operand('IN', undefined));
    this.tokens.expect(')');
    if (members.length > MAX_IN) {
      throw this.tokens.error(
        `Too many operands for the operator; operator: IN, number of operands: ${members.length}, maximum: ${MAX_IN}`,
      );
    }
    this.#requireDistinct('IN', left, ...members);
    return (item, by) => members.some((member) => isSameValue(left.evaluate(item, by), member.evaluate(item, by)));
  }

  #between(left: Operand): Condition {
    const low = this.#operand('BETWEEN', ORDERED);
    if (!this.tokens.acceptKeyword('AND')) throw this.tokens.syntaxError();
    const high = this.#operand('BETWEEN', ORDERED);
    this.#requireDistinct('BETWEEN', left, low, high);
    if (low.isValue && high.isValue) {
      this.tokens.checks.push((by) =>
        requireRange(this.tokens, low.evaluate(undefined, by), high.evaluate(undefined, by)),
      );
    }
    return (item, by) => {
      const value = left.evaluate(item, by);
      const [above, below] = [
        compareValues(value, low.evaluate(item, by)),
        compareValues(value, high.evaluate(item, by)),
      ];
      return (above ?? -1) >= 0 && (below ?? 1) <= 0;
    };
  }

  #operand(operator: string, types: readonly AttributeType[] | undefined): Operand {
    if (this.tokens.isValue()) {
      const value = types === undefined ? this.tokens.value() : this.tokens.valueOf(operator, types);
      return { evaluate: (_, by) => value(by), isValue: true };
    }
    if (this.tokens.peek() === 'size' && this.tokens.peek(1) === '(') return this.#size(operator, types);
    const path = this.tokens.path();
    return { evaluate: (item, by) => valueAt(item, path(by)), path, isValue: false };
  }

  #size(operator: string, types: readonly AttributeType[] | undefined): Operand {
    if (types?.includes('N') === false) {
      const expected = 'Incorrect operand type for operator or function; operator or function';
      throw this.tokens.error(`${expected}: ${operator}, operand type: N`);
    }
    this.tokens.next();
    this.tokens.expect('(');
    const path = this.tokens.pathOf('size');
    this.tokens.expect(')');
    return { evaluate: (item, by) => sizeOf(valueAt(item, path(by))), isValue: false };
  }
}

const COMPARISONS = new Map<string, (a: unknown, b: unknown) => boolean>([
  ['=', isSameValue],
  ['<>', (a, b) => !isSameValue(a, b)],
  ['<', (a, b) => (compareValues(a, b) ?? 0) < 0],
  ['>', (a, b) => (compareValues(a, b) ?? 0) > 0],
  ['<=', (a, b) => (compareValues(a, b) ?? 1) <= 0],
  ['>=', (a, b) => (compareValues(a, b) ?? -1) >= 0],
]);

/** @throws ValidationException for bounds of different types or in the wrong order. */
export function requireRange(tokens: Tokens, low: unknown, high: unknown): void {
  const order = compareValues(low, high);
  if (order === undefined) {
    throw tokens.error('The BETWEEN operator requires same data type for lower and upper bounds');
  }
  if (order > 0) {
    throw tokens.error('The BETWEEN operator requires upper bound to be greater than or equal to lower bound');
  }
}

export function startsWith(text: unknown, prefix: unknown): boolean {
  if (typeof text === 'string' && typeof prefix === 'string') return text.startsWith(prefix);
  if (!(text instanceof Uint8Array) || !(prefix instanceof Uint8Array)) return false;
  return Buffer.compare(text.subarray(0, prefix.length), prefix) === 0;
}

function contains(container: unknown, part: unknown): boolean {
  if (typeof container === 'string') return typeof part === 'string' && container.includes(part);
  if (container instanceof Uint8Array)
    return part instanceof Uint8Array && Buffer.from(container).includes(Buffer.from(part));
  if (container instanceof Set) return part !== undefined && hasMember(container, part);
  return Array.isArray(container) && container.some((each) => isSameValue(each, part));
}

function sizeOf(value: unknown): unknown {
  if (typeof value === 'string') return toNumber(String(value.length));
  if (value instanceof Uint8Array || Array.isArray(value)) return toNumber(String(value.length));
  if (value instanceof Set) return toNumber(String(value.size));
  return value !== undefined && isMap(value) ? toNumber(String(Object.keys(value).length)) : undefined;
}
