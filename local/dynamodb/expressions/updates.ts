import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { assign, refuseOverlaps, remove, requireParent, valueAt, type Segments } from './document-paths';
import { invalid } from '../errors';
import { Tokens, type Parsed, type Path, type Substitutions } from './tokens';
import { addNumbers, subtractNumbers } from '../values/numbers';
import type { Item } from '../values/item';
import { hasMember, typeOf } from '../values/values';

/** How an update changes an item, and the paths that it names. */
export interface Update {
  apply(before: Item, by: Substitutions): Item;
  paths(by: Substitutions): Segments[];
}

type Operand = (item: Item, by: Substitutions) => unknown;
type Draft = Record<string, unknown>;
/** Changes the draft, which starts as a copy of the item, and reads the item as it was. */
type Change = (before: Item, draft: Draft, by: Substitutions) => void;
type Section = 'SET' | 'ADD' | 'DELETE' | 'REMOVE';

const SECTIONS: readonly string[] = ['SET', 'ADD', 'DELETE', 'REMOVE'] satisfies Section[];

const parsed = new Map<string, Parsed<Update>>();

/** An update expression. @throws ValidationException for what DynamoDB refuses. */
export function parseUpdate(text: string): Parsed<Update> {
  const known = parsed.get(text) ?? new UpdateParser(new Tokens(text, 'UpdateExpression')).parse();
  parsed.set(text, known);
  return known;
}

class UpdateParser {
  readonly #paths: Path[] = [];
  readonly #changes: Change[] = [];
  readonly #removed: Path[] = [];

  constructor(private readonly tokens: Tokens) {}

  parse(): Parsed<Update> {
    const { tokens } = this;
    const seen = new Set<string>();
    while (tokens.peek() !== undefined) {
      const section = tokens.next()?.toUpperCase() ?? '';
      if (!SECTIONS.includes(section)) throw tokens.syntaxError();
      if (seen.has(section)) {
        throw tokens.error(`The "${section}" section can only be used once in an update expression;`);
      }
      seen.add(section);
      do this.#action(section as Section);
      while (tokens.accept(','));
    }
    const paths = (by: Substitutions) => this.#paths.map((path) => path(by));
    tokens.checks.push((by) => refuseOverlaps('UpdateExpression', paths(by)));
    return tokens.parsed({ paths, apply: (before, by) => this.#apply(before, by) });
  }

  #apply(before: Item, by: Substitutions): Item {
    const draft: Draft = { ...before };
    for (const change of this.#changes) change(before, draft, by);
    // An index names a place in the list as it was: the last go first.
    const removed = this.#removed.map((path) => path(by)).sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)) || 0);
    for (const path of removed) remove(draft, path);
    return draft;
  }

  #action(section: Section): void {
    const { tokens } = this;
    const path = tokens.path();
    this.#paths.push(path);
    if (section === 'REMOVE') this.#removed.push(path);
    else if (section === 'SET') {
      tokens.expect('=');
      const value = this.#sum();
      this.#changes.push((before, draft, by) => assign(draft, path(by), value(before, by)));
    } else if (section === 'ADD') {
      const amount = tokens.valueOf('ADD', ['N', 'SS', 'NS', 'BS']);
      this.#changes.push((before, draft, by) => assign(draft, path(by), added(valueAt(before, path(by)), amount(by))));
    } else {
      const members = tokens.valueOf('DELETE', ['SS', 'NS', 'BS']);
      this.#changes.push((before, draft, by) => {
        const left = subtracted(valueAt(before, path(by)), members(by));
        if (left === undefined) requireParent(draft, path(by));
        else if (left.size === 0) remove(draft, path(by));
        else assign(draft, path(by), left);
      });
    }
  }

  #sum(): Operand {
    const left = this.#operand();
    const operator = this.tokens.peek();
    if (operator !== '+' && operator !== '-') return left.value;
    this.tokens.next();
    const right = this.#operand();
    for (const { literal } of [left, right]) if (literal) this.tokens.requireTypes(operator, literal, ['N']);
    const combine = operator === '+' ? addNumbers : subtractNumbers;
    return (item, by) => combine(asNumber(left.value(item, by)), asNumber(right.value(item, by)));
  }

  #operand(): { value: Operand; literal?: (by: Substitutions) => unknown } {
    const { tokens } = this;
    if (tokens.accept('(')) {
      const value = this.#sum();
      tokens.expect(')');
      return { value };
    }
    if (tokens.isValue()) {
      const literal = tokens.value();
      return { literal, value: (_, by) => literal(by) };
    }
    if (tokens.peek(1) === '(') return { value: this.#function() };
    const path = tokens.path();
    return {
      value: (item, by) => {
        const value = valueAt(item, path(by));
        if (value !== undefined) return value;
        throw invalid('The provided expression refers to an attribute that does not exist in the item');
      },
    };
  }

  #function(): Operand {
    const { tokens } = this;
    const name = tokens.next() ?? '';
    if (!/^[A-Za-z_]/.test(name)) throw tokens.syntaxError();
    if (/^(attribute_(not_)?exists|attribute_type|begins_with|contains|size)$/.test(name)) {
      throw tokens.error(`The function is not allowed in an update expression; function: ${name}`);
    }
    if (name !== 'if_not_exists' && name !== 'list_append') {
      throw tokens.error(`Invalid function name; function: ${name}`);
    }
    tokens.expect('(');
    const operand = name === 'if_not_exists' ? this.#ifNotExists() : this.#listAppend();
    tokens.expect(')');
    return operand;
  }

  #ifNotExists(): Operand {
    const path = this.tokens.path();
    this.tokens.expect(',');
    const { value: otherwise } = this.#operand();
    return (item, by) => valueAt(item, path(by)) ?? otherwise(item, by);
  }

  #listAppend(): Operand {
    const first = this.#operand();
    this.tokens.expect(',');
    const second = this.#operand();
    for (const { literal } of [first, second]) if (literal) this.tokens.requireTypes('list_append', literal, ['L']);
    return (item, by) => {
      const lists = [first.value(item, by), second.value(item, by)];
      if (!lists.every((list) => Array.isArray(list))) throw wrongType();
      return lists.flat();
    };
  }
}

const wrongType = () => invalid('An operand in the update expression has an incorrect data type');

function asNumber(value: unknown): NumberValue {
  if (value instanceof NumberValue) return value;
  throw wrongType();
}

function added(before: unknown, amount: unknown): unknown {
  if (before === undefined) return amount;
  if (typeOf(before) !== typeOf(amount)) throw wrongType();
  if (before instanceof NumberValue && amount instanceof NumberValue) return addNumbers(before, amount);
  const members = before as ReadonlySet<unknown>;
  const fresh = [...(amount as ReadonlySet<unknown>)].filter((member) => !hasMember(members, member));
  return new Set([...members, ...fresh]);
}

function subtracted(before: unknown, members: unknown): ReadonlySet<unknown> | undefined {
  if (before === undefined) return undefined;
  if (typeOf(before) !== typeOf(members)) throw wrongType();
  const gone = members as ReadonlySet<unknown>;
  return new Set([...(before as ReadonlySet<unknown>)].filter((member) => !hasMember(gone, member)));
}
