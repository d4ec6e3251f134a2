import fc from 'fast-check';

/*
 * Keys, items and placeholders for one small table: few keys, every type of value, and some mistakes. Placeholders are
 * always the same (`:n` is a number, `:s` a string, …), so that an expression can be put together before its values.
 */

export type Json = Record<string, unknown>;

const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.constantFrom(
    '0.1',
    '-0.75',
    '1e3',
    '1.50',
    '123456789012345678901234567890.12345678',
    '1E-100',
    '99999999999999999999',
  ),
);
const text = fc.constantFrom('', 'a', 'ab', 'abc', 'b', 'é', '\u{1F600}', '\uFFFD', 'x'.repeat(1100));
const binary = fc.constantFrom('', 'AQ==', 'AQI=', 'AQID', 'Ag==');

const scalar: fc.Arbitrary<Json> = fc.oneof(
  number.map((N) => ({ N })),
  text.map((S) => ({ S })),
  binary.map((B) => ({ B })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
);
const set: fc.Arbitrary<Json> = fc.oneof(
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }).map((SS) => ({ SS })),
  fc.uniqueArray(fc.constantFrom('1', '2', '2.5'), { minLength: 1 }).map((NS) => ({ NS })),
  fc.uniqueArray(fc.constantFrom('AQ==', 'Ag=='), { minLength: 1 }).map((BS) => ({ BS })),
);
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 2, arbitrary: set },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('x', 'y'), scalar, { maxKeys: 2 }).map((M) => ({ M })) },
);

export const NAMES = ['n', 's', 'l', 'm', 'u', 'b', 'account'];
export const key = fc.record({
  pk: fc.constantFrom({ S: 'p1' }, { S: 'p2' }),
  sk: fc.constantFrom({ S: '1' }, { S: '2' }, { S: '3' }, { S: 'é' }),
});
const badKey = fc.constantFrom<Json>(
  { pk: { S: 'p1' } },
  { pk: { S: 'p1' }, sk: { N: '1' } },
  { pk: { S: 'p1' }, sk: { S: '' } },
  { pk: { S: 'p1' }, other: { S: '1' } },
  { pk: { S: 'p1' }, sk: { S: '1' }, other: { S: '1' } },
);
export const someKey = fc.oneof({ weight: 30, arbitrary: key }, { weight: 1, arbitrary: badKey });

/** Mostly of the types that expressions expect: `n` a number, `l` a list, and so on. */
const attributes = fc.record(
  {
    n: fc.oneof({ weight: 4, arbitrary: number.map((N) => ({ N })) }, { weight: 1, arbitrary: value }),
    s: fc.oneof({ weight: 4, arbitrary: text.map((S) => ({ S })) }, { weight: 1, arbitrary: value }),
    l: fc.oneof(
      { weight: 4, arbitrary: fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })) },
      { weight: 1, arbitrary: value },
    ),
    m: fc.oneof(
      { weight: 4, arbitrary: fc.constant({ M: { x: { N: '1' }, y: { L: [{ S: 'a' }] } } }) },
      { weight: 1, arbitrary: value },
    ),
    u: set,
    b: binary.map((B) => ({ B })),
    account: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom({ S: 'one' }, { S: 'two' }) },
      { weight: 1, arbitrary: value },
    ),
    state: fc.constantFrom({ S: 'open' }, { S: 'sealed' }),
  },
  { requiredKeys: [] },
);

export const PLACEHOLDERS: Json = {
  ':p': { S: 'p1' },
  ':one': { S: '1' },
  ':two': { S: '2' },
  ':shard': { N: '0' },
  ':now': { N: '15' },
  ':account': { S: 'one' },
  ':n': { N: '2' },
  ':m': { N: '-1.5' },
  ':s': { S: 'a' },
  ':t': { S: 'b' },
  ':b': { B: 'AQ==' },
  ':l': { L: [{ S: 'a' }, { N: '1' }] },
  ':map': { M: { x: { N: '1' } } },
  ':ss': { SS: ['a', 'z'] },
  ':ns': { NS: ['1', '7'] },
  ':true': { BOOL: true },
  ':null': { NULL: true },
  ':type': { S: 'N' },
};
export const ALIASES: Record<string, string> = { '#state': 'state', '#x': 'x', '#n': 'n', '#dot': 'a.b' };

/** An item that has both keys of the index `due`, or neither: DynamoDB Local counts a write for half of them. */
const due = fc.oneof(
  fc.constant({}),
  fc.record({
    dueShard: fc.constantFrom({ N: '0' }, { N: '1' }),
    dueAt: fc.constantFrom({ N: '10' }, { N: '20' }, { N: '3' }),
  }),
);

export const item: fc.Arbitrary<Json> = fc
  .tuple(someKey, attributes, due)
  .map(([keys, rest, times]) => ({ ...keys, ...rest, ...times }));
