import { addNumbers, compareValues, isSameValue } from './values';

export type Item = Readonly<Record<string, unknown>>;

/** The attribute names and values for an expression's `#` and `:` placeholders. */
interface Substitutions {
  names?: Readonly<Record<string, string>>;
  values?: Readonly<Record<string, unknown>>;
}

type Condition = (item: Item | undefined, substitutions: Substitutions) => boolean;
type Operand = (item: Item | undefined, substitutions: Substitutions) => unknown;
type Update = (item: Item, substitutions: Substitutions) => Record<string, unknown>;

const TOKEN = /\s*([A-Za-z_#:][\w#]*|<=|>=|<>|[=<>(),+-])/y;

/** Parsed expressions. There are few, and each is used thousands of times. */
const conditions = new Map<string, Condition>();
const updates = new Map<string, Update>();

/** A condition or key condition expression. @throws Error for syntax that this subset does not support. */
export function toCondition(text: string): Condition {
  const known = conditions.get(text) ?? new Parser(text).condition();
  conditions.set(text, known);
  return known;
}

/** An update expression with SET, ADD and REMOVE. @throws Error for syntax that this subset does not support. */
export function toUpdate(text: string): Update {
  const known = updates.get(text) ?? new Parser(text).update();
  updates.set(text, known);
  return known;
}

class Parser {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(private readonly text: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined) throw this.#unknown();
      this.#tokens.push(token);
    }
  }

  condition(): Condition {
    const condition = this.#or();
    if (this.#peek() !== undefined) throw this.#unknown();
    return condition;
  }

  update(): Update {
    const actions: ((before: Item, after: Record<string, unknown>, by: Substitutions) => void)[] = [];
    for (let section = this.#next(); section !== undefined; section = this.#next()) {
      do {
        const path = this.#path();
        if (section === 'SET') {
          this.#expect('=');
          const value = this.#sum();
          actions.push((before, after, by) => void (after[path(by)] = value(before, by)));
        } else if (section === 'ADD') {
          const amount = this.#operand();
          actions.push((before, after, by) => {
            after[path(by)] = addNumbers(before[path(by)] ?? 0, amount(before, by));
          });
        } else if (section === 'REMOVE') {
          actions.push((_, after, by) => void Reflect.deleteProperty(after, path(by)));
        } else throw this.#unknown();
      } while (this.#accept(','));
    }
    return (before, by) => {
      const after = { ...before };
      for (const action of actions) action(before, after, by);
      return after;
    };
  }

  #or(): Condition {
    const left = this.#and();
    if (!this.#accept('OR')) return left;
    const right = this.#or();
    return (item, by) => left(item, by) || right(item, by);
  }

  #and(): Condition {
    const left = this.#primary();
    if (!this.#accept('AND')) return left;
    const right = this.#and();
    return (item, by) => left(item, by) && right(item, by);
  }

  #primary(): Condition {
    if (this.#accept('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    for (const [name, exists] of [
      ['attribute_exists', true],
      ['attribute_not_exists', false],
    ] as const) {
      if (!this.#accept(name)) continue;
      this.#expect('(');
      const path = this.#path();
      this.#expect(')');
      return (item, by) => (item?.[path(by)] !== undefined) === exists;
    }
    if (this.#accept('begins_with')) return this.#beginsWith();
    return this.#comparison();
  }

  #beginsWith(): Condition {
    this.#expect('(');
    const text = this.#operand();
    this.#expect(',');
    const prefix = this.#operand();
    this.#expect(')');
    return (item, by) => String(text(item, by) ?? '').startsWith(String(prefix(item, by)));
  }

  #comparison(): Condition {
    const left = this.#operand();
    const operator = this.#next();
    if (operator === 'IN') {
      this.#expect('(');
      const members = [this.#operand()];
      while (this.#accept(',')) members.push(this.#operand());
      this.#expect(')');
      return (item, by) => members.some((member) => isSameValue(left(item, by), member(item, by)));
    }
    if (operator === 'BETWEEN') {
      const low = this.#operand();
      this.#expect('AND');
      const high = this.#operand();
      return (item, by) =>
        (compareValues(left(item, by), low(item, by)) ?? -1) >= 0 &&
        (compareValues(left(item, by), high(item, by)) ?? 1) <= 0;
    }
    const right = this.#operand();
    switch (operator) {
      case '=':
        return (item, by) => isSameValue(left(item, by), right(item, by));
      case '<>':
        return (item, by) => !isSameValue(left(item, by), right(item, by));
      case '<':
        return (item, by) => (compareValues(left(item, by), right(item, by)) ?? 0) < 0;
      case '>':
        return (item, by) => (compareValues(left(item, by), right(item, by)) ?? 0) > 0;
      case '<=':
        return (item, by) => (compareValues(left(item, by), right(item, by)) ?? 1) <= 0;
      case '>=':
        return (item, by) => (compareValues(left(item, by), right(item, by)) ?? -1) >= 0;
      default:
        throw this.#unknown();
    }
  }

  #sum(): Operand {
    const left = this.#operand();
    if (!this.#accept('+')) return left;
    const right = this.#operand();
    return (item, by) => addNumbers(left(item, by), right(item, by));
  }

  #operand(): Operand {
    if (this.#accept('if_not_exists')) {
      this.#expect('(');
      const path = this.#path();
      this.#expect(',');
      const otherwise = this.#operand();
      this.#expect(')');
      return (item, by) => item?.[path(by)] ?? otherwise(item, by);
    }
    if (this.#peek()?.startsWith(':') === true) {
      const name = this.#next() ?? '';
      return (_, { values }) => {
        const value = values?.[name];
        if (value === undefined) throw new Error(`${this.text}: ${name} has no value.`);
        return value;
      };
    }
    const path = this.#path();
    return (item, by) => item?.[path(by)];
  }

  #path(): (by: Substitutions) => string {
    const name = this.#next();
    if (name === undefined || !/^[A-Za-z_#]/.test(name)) throw this.#unknown();
    if (!name.startsWith('#')) return () => name;
    return ({ names }) => {
      const attribute = names?.[name];
      if (attribute === undefined) throw new Error(`${this.text}: ${name} has no name.`);
      return attribute;
    };
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string | undefined {
    this.#at += 1;
    return this.#tokens[this.#at - 1];
  }

  #accept(token: string): boolean {
    const there = this.#peek() === token;
    if (there) this.#at += 1;
    return there;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) throw this.#unknown();
  }

  #unknown(): Error {
    return new Error(`The simulated DynamoDB does not support this expression: ${this.text}`);
  }
}
