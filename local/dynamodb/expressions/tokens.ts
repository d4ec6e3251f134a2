import type { Segment, Segments } from './document-paths';
import { invalid } from '../errors';
import { isReserved } from './reserved-words';
import { toNumber } from '../values/numbers';
import type { AttributeType } from '../values/values';
import { typeOf } from '../values/values';

export type ExpressionKind =
  'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression' | 'ProjectionExpression' | 'UpdateExpression';

/** The attribute names and stored values for an expression's `#` and `:` placeholders. */
export interface Substitutions {
  names: Readonly<Record<string, string>>;
  values: Readonly<Record<string, unknown>>;
}

/** A path as written. It is resolved for each request, because placeholders may name other attributes each time. */
export type Path = (by: Substitutions) => Segments;

/** A parsed expression. It is parsed once, and used with the substitutions of many requests. */
export interface Parsed<Evaluate> {
  kind: ExpressionKind;
  evaluate: Evaluate;
  /** The placeholders that occur. */
  names: ReadonlySet<string>;
  values: ReadonlySet<string>;
  /** Every path that occurs. */
  paths: readonly Path[];
  /** Checks the substitutions before anything is evaluated. */
  checks: readonly ((by: Substitutions) => void)[];
}

const TOKEN = /\s*([A-Za-z_]\w*|[#:]\w+|\d+|<=|>=|<>|[=<>(),+\-.[\]])/y;
/** DynamoDB's limits for an expression. */
const MAX_BYTES = 4096;
const MAX_OPERATORS = 300;
const OPERATOR = /^(?:<=|>=|<>|[=<>+-]|and|or|not|in|between)$/i;
const LANGUAGE = new Set(['and', 'or', 'not', 'between', 'in', 'set', 'add', 'remove', 'delete']);

/** The tokens of one expression, with what every kind of expression consists of: paths, values and functions. */
export class Tokens {
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  readonly checks: ((by: Substitutions) => void)[] = [];
  readonly paths: Path[] = [];
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(
    readonly text: string,
    readonly kind: ExpressionKind,
  ) {
    if (text.trim() === '') throw this.error('The expression can not be empty;');
    if (Buffer.byteLength(text) > MAX_BYTES) {
      throw this.error(
        `Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(text)}`,
      );
    }
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined) throw this.syntaxError();
      this.#tokens.push(token);
    }
    const operators = this.#tokens.filter((token, at) => OPERATOR.test(token) || this.#isFunction(at)).length;
    if (operators > MAX_OPERATORS) {
      throw this.error(`The expression contains too many operators; operator count: ${operators}`);
    }
  }

  parsed<Evaluate>(evaluate: Evaluate): Parsed<Evaluate> {
    if (this.peek() !== undefined) throw this.syntaxError();
    const { kind, names, values, paths, checks } = this;
    return { kind, evaluate, names, values, paths, checks };
  }

  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead];
  }

  next(): string | undefined {
    this.#at += 1;
    return this.#tokens[this.#at - 1];
  }

  accept(token: string): boolean {
    const there = this.peek() === token;
    if (there) this.#at += 1;
    return there;
  }

  expect(token: string): void {
    if (!this.accept(token)) throw this.syntaxError();
  }

  /** Keywords have no case, unlike functions. */
  acceptKeyword(word: string): boolean {
    const there = this.peek()?.toUpperCase() === word;
    if (there) this.#at += 1;
    return there;
  }

  isValue(): boolean {
    return this.peek()?.startsWith(':') === true;
  }

  /** @returns how to get the value of a `:` placeholder */
  value(): (by: Substitutions) => unknown {
    const name = this.next();
    if (name?.startsWith(':') !== true) throw this.syntaxError();
    this.values.add(name);
    return ({ values }) => values[name];
  }

  /** Like `value`, and refuses a value that the operator cannot take. */
  valueOf(operator: string, types: readonly AttributeType[]): (by: Substitutions) => unknown {
    const value = this.value();
    this.requireTypes(operator, value, types);
    return value;
  }

  requireTypes(operator: string, value: (by: Substitutions) => unknown, types: readonly AttributeType[]): void {
    this.checks.push((by) => {
      const type = typeOf(value(by));
      if (types.includes(type)) return;
      throw this.error(
        `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
      );
    });
  }

  /** The path that a function takes. */
  pathOf(name: string): Path {
    if (!this.isValue()) return this.path();
    throw this.error(`Operator or function requires a document path; operator or function: ${name}`);
  }

  path(): Path {
    const steps: (string | number)[] = [this.#name()];
    for (;;) {
      if (this.accept('.')) steps.push(this.#name());
      else if (this.accept('[')) {
        steps.push(Number(toNumber(this.next() ?? '').value));
        this.expect(']');
      } else break;
    }
    const path = this.#resolver(steps);
    this.paths.push(path);
    return path;
  }

  #resolver(steps: readonly (string | number)[]): Path {
    if (!steps.some((step) => typeof step === 'string' && step.startsWith('#'))) return () => steps;
    return ({ names }) =>
      steps.map((step): Segment => (typeof step === 'string' && step.startsWith('#') ? (names[step] ?? '') : step));
  }

  error(message: string): Error {
    return invalid(`Invalid ${this.kind}: ${message}`);
  }

  syntaxError(): Error {
    const at = Math.max(this.#at - 1, 0);
    const near = this.#tokens.slice(Math.max(at - 1, 0), at + 2).join(' ');
    return this.error(`Syntax error; token: "${this.#tokens[at] ?? '<EOF>'}", near: "${near}"`);
  }

  #isFunction(at: number): boolean {
    return (
      this.#tokens[at + 1] === '(' &&
      /^[A-Za-z_]/.test(this.#tokens[at] ?? '') &&
      !OPERATOR.test(this.#tokens[at] ?? '')
    );
  }

  #name(): string {
    const name = this.next();
    if (name === undefined || !/^[A-Za-z_#]/.test(name) || LANGUAGE.has(name.toLowerCase())) throw this.syntaxError();
    if (name.startsWith('#')) this.names.add(name);
    else if (isReserved(name)) {
      throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${name}`);
    }
    return name;
  }
}
