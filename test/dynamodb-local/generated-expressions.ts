import fc from 'fast-check';
import { NAMES, PLACEHOLDERS, type Json } from './generated-values';

/* Expressions that mostly fit the generated items, and some that DynamoDB refuses. */

/** Rarely the second: what an expression seldom meets and DynamoDB mostly refuses. */
export const mostly = <Value>(usual: fc.Arbitrary<Value>, rare: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 24, arbitrary: usual }, { weight: 1, arbitrary: rare });

const anyPlaceholder = fc.constantFrom(...Object.keys(PLACEHOLDERS).slice(6));
const anyPath = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...NAMES, 'm.x', 'm.y[0]', 'm.#x', 'l[0]', 'l[1]', 'l[9]', '#state', '#n', '#dot'),
  },
  { weight: 1, arbitrary: fc.constantFrom('pk', 'sk', 'state', 'size', 'name', 'm.nope.x') },
);
export const oneOf = (...all: string[]) => fc.constantFrom(...all);

/** Operands of one type: paths that mostly hold it, and placeholders. */
const OPERANDS = {
  number: {
    path: oneOf('n', 'm.x', 'm.#x', 'tally', '#n', 'size(s)', 'size(l)', 'size(u)', 'size(m)', 'size(b)'),
    value: oneOf(':n', ':m'),
  },
  text: { path: oneOf('s', 'account', '#state', 'm.y[0]'), value: oneOf(':s', ':t') },
  binary: { path: oneOf('b'), value: oneOf(':b') },
};
const ordered = fc.constantFrom(OPERANDS.number, OPERANDS.text, OPERANDS.binary);
const operand = mostly(fc.oneof(anyPath, anyPlaceholder), oneOf('size(n)', 'size(:n)'));

const comparison = fc.oneof(
  ordered.chain(({ path, value: placeholder }) =>
    fc
      .tuple(mostly(path, operand), oneOf('=', '<>', '<', '<=', '>', '>='), mostly(placeholder, operand))
      .map((parts) => parts.join(' ')),
  ),
  fc.tuple(anyPath, oneOf('=', '<>'), operand).map((parts) => parts.join(' ')),
  fc
    .tuple(OPERANDS.number.path, mostly(oneOf(':m AND :n'), oneOf(':n AND :m', ':s AND :n', 'n AND :n')))
    .map((parts) => parts.join(' BETWEEN ')),
  fc.tuple(operand, fc.array(operand, { minLength: 1, maxLength: 3 })).map(([a, all]) => `${a} IN (${all.join(', ')})`),
  anyPath.map((each) => `attribute_exists(${each})`),
  anyPath.map((each) => `attribute_not_exists(${each})`),
  fc
    .tuple(anyPath, mostly(oneOf(':type'), oneOf(':s', ':n')))
    .map(([each, type]) => `attribute_type(${each}, ${type})`),
  fc
    .tuple(mostly(fc.oneof(OPERANDS.text.path, OPERANDS.binary.path), operand), mostly(oneOf(':s', ':b'), operand))
    .map(([a, b]) => `begins_with(${a}, ${b})`),
  fc.tuple(anyPath, operand).map(([a, b]) => `contains(${a}, ${b})`),
);
const strict = fc.oneof(
  { weight: 24, arbitrary: comparison },
  {
    weight: 8,
    arbitrary: fc.tuple(comparison, oneOf('AND', 'OR', 'and', 'or'), comparison).map((parts) => parts.join(' ')),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(comparison, comparison, comparison).map(([a, b, c]) => `${a} OR NOT ${b} AND ${c}`),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(comparison, comparison, comparison).map(([a, b, c]) => `(${a} OR ${b}) AND NOT (${c})`),
  },
  { weight: 1, arbitrary: oneOf('n =', 'n == :n', '', '((n = :n))', 'nope(n)', 'attribute_exists(:n)', 'n = :n AND') },
);

/** Half of the conditions hold, so that the table fills. */
export const condition = fc.oneof(
  strict,
  strict.map((each) => `attribute_not_exists(nothing) OR ${each}`),
);

const NUMBERS = ['n', 'm.x', 'tally', '#n', 'fresh'];
const term = fc.oneof(
  mostly(anyPlaceholder, operand),
  fc
    .tuple(oneOf(...NUMBERS), oneOf('+', '-'), mostly(oneOf(':n', ':m', 'n', 'tally'), operand))
    .map((parts) => parts.join(' ')),
  fc.tuple(anyPath, anyPlaceholder).map(([a, b]) => `if_not_exists(${a}, ${b})`),
  fc.tuple(oneOf(...NUMBERS), oneOf('+', '-')).map(([a, sign]) => `if_not_exists(${a}, :n) ${sign} :m`),
  fc
    .tuple(mostly(oneOf('l', ':l'), operand), mostly(oneOf('l', ':l'), operand))
    .map(([a, b]) => `list_append(${a}, ${b})`),
);
/** The actions of an update, each on another attribute so that paths rarely overlap. */
const actions = {
  SET: [
    fc.tuple(mostly(oneOf('n', 's', 'fresh', 'account', 'b'), anyPath), term).map((parts) => parts.join(' = ')),
    oneOf('dueShard = :shard, dueAt = :now'),
    fc.tuple(mostly(oneOf('l[0]', 'l[7]', 'm.x', 'm.z'), anyPath), term).map((parts) => parts.join(' = ')),
  ],
  ADD: [
    fc
      .tuple(mostly(oneOf('tally', 'fresh'), anyPath), mostly(oneOf(':n', ':m'), anyPlaceholder))
      .map((parts) => parts.join(' ')),
    fc
      .tuple(mostly(oneOf('u', 'tags'), anyPath), mostly(oneOf(':ss', ':ns'), anyPlaceholder))
      .map((parts) => parts.join(' ')),
  ],
  REMOVE: [
    mostly(oneOf('dueShard, dueAt', '#state', 'gone'), anyPath),
    mostly(oneOf('l[1]', 'm.y', 'm.y[0]'), anyPath),
  ],
  DELETE: [
    fc
      .tuple(mostly(oneOf('v', 'w', 'u'), anyPath), mostly(oneOf(':ss', ':ns'), anyPlaceholder))
      .map((parts) => parts.join(' ')),
  ],
};
const sections = fc.record(
  Object.fromEntries(
    Object.entries(actions).map(([name, all]) => [
      name,
      fc
        .subarray([...all.keys()], { minLength: 1 })
        .chain((picked) => fc.tuple(...picked.map((at) => all[at] ?? anyPath))),
    ]),
  ),
  { requiredKeys: [] },
);
export const update = fc.oneof(
  {
    weight: 30,
    arbitrary: sections.map(
      (all) =>
        Object.entries(all)
          .map(([name, each]) => `${name} ${(each ?? []).join(', ')}`)
          .join(' ') || 'REMOVE gone',
    ),
  },
  { weight: 1, arbitrary: oneOf('SET', 'SET n = :n SET s = :s', 'n = :n', 'ADD n', 'SET n = size(s)', '') },
);

export const projection = fc.uniqueArray(anyPath, { minLength: 1, maxLength: 3 }).map((paths) => paths.join(', '));
const sortCondition = mostly(
  fc.oneof(
    fc.tuple(oneOf('=', '<', '<=', '>', '>='), oneOf(':s', ':two')).map(([operator, each]) => `sk ${operator} ${each}`),
    oneOf('sk BETWEEN :one AND :two', 'begins_with(sk, :one)'),
  ),
  oneOf('sk BETWEEN :two AND :one', 'n = :n', 'contains(sk, :one)', 'sk = :n', 'sk <> :two'),
);
export const keyCondition = fc.oneof(
  { weight: 4, arbitrary: fc.constant('pk = :p') },
  { weight: 4, arbitrary: sortCondition.map((sort) => `pk = :p AND ${sort}`) },
  { weight: 1, arbitrary: sortCondition.map((sort) => `${sort} AND pk = :p`) },
  {
    weight: 1,
    arbitrary: mostly(
      oneOf('(pk = :p) AND (sk >= :one)'),
      oneOf(
        'pk > :p',
        'sk = :one',
        'pk = :n',
        'pk = :p OR sk = :one',
        'pk = :p AND sk = :one AND n = :n',
        'pk = :p AND pk = :p',
      ),
    ),
  },
);
export const indexRead = fc.constantFrom<Json>(
  { IndexName: 'due', KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now' },
  { IndexName: 'due', KeyConditionExpression: 'dueShard = :shard' },
  { IndexName: 'byAccount', KeyConditionExpression: 'account = :account' },
  { IndexName: 'byAccount', KeyConditionExpression: 'account = :account AND pk = :p' },
  { IndexName: 'due', KeyConditionExpression: 'dueShard = :shard', ConsistentRead: true },
  { IndexName: 'nope', KeyConditionExpression: 'dueShard = :shard' },
);
