import fc from 'fast-check';
import { MARK } from '../promises';

type Weighted<Value> = [weight: number, arbitrary: fc.Arbitrary<Value>];

/** One of these values, picked by weight. */
export function weighted<Values extends unknown[]>(
  ...options: { [Index in keyof Values]: Weighted<Values[Index]> }
): fc.Arbitrary<Values[number]> {
  return fc.oneof(...options.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** One value and up to so many more, each made from its index. */
export function oneAndMore<Value>(more: number, each: (index: number) => fc.Arbitrary<Value>): fc.Arbitrary<Value[]> {
  return fc.nat({ max: more }).chain((count) => fc.tuple(...Array.from({ length: count + 1 }, (_, n) => each(n))));
}

/** Names that every JavaScript object gives a meaning. */
export const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'toJSON',
];

const PLANTS = [
  MARK,
  `${MARK}@example.com`,
  `<script>alert("${MARK}")</script>`,
  `"><img src=x onerror="${MARK}`,
  `' onfocus='${MARK}`,
  `${MARK}\r\nset-cookie: ${MARK}=1`,
  `Error: ${MARK}\n    at ${MARK} (/var/task/${MARK}.js:1:1)`,
  `\${jndi:ldap://${MARK}}`,
  `\u0000${MARK}`,
];

const UNPLANTED = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\udfff\ud800',
  '\u202e',
  '\ufeff',
  '#',
  '%23#',
  '\r\n',
  '{{7*7}}',
  '../../',
  'null',
];

const LENGTHS = [101, 257, 513, 1025, 2049, 20_000];

const long = fc
  .tuple(fc.constantFrom('x', '€', '#', '%', '"', '\u0001', 'l-', ':/'), fc.constantFrom(...LENGTHS))
  .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length)));

/** Text without the mark, for ids that a function repeats to the caller. */
export const oddId: fc.Arbitrary<string> = weighted(
  [3, fc.constantFrom(...UNPLANTED, ...PROTOTYPE_NAMES)],
  [2, fc.string({ unit: 'binary', maxLength: 20 })],
  [1, long],
);

/** Text that nobody should send; half of it carries the mark. */
export const oddText: fc.Arbitrary<string> = weighted(
  [4, fc.constantFrom(...PLANTS)],
  [4, oddId],
  [1, long.map((text) => MARK + text)],
);

/** Well-formed, because DynamoDB stores Unicode. */
export const oddStoredText = oddText.map((text) => text.toWellFormed());

/** Numbers as text, most of them invalid. */
export const oddNumberText = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '1e400',
    '-1e400',
    '1e-400',
    '0x10',
    '1_000',
    '.5',
    '5.',
    '+1',
    '01',
    'NaN',
    'Infinity',
    '1e',
    '--1',
  ),
  fc.constantFrom(
    '2147483647',
    '2147483648',
    '-1',
    '0.1',
    '1e3',
    '1E+2',
    '9007199254740993',
    '0.000000000000000001',
    '1e-19',
  ),
  fc.constantFrom(30, 64, 65, 10_000).map((digits) => '9'.repeat(digits)),
  fc.constantFrom(30, 10_000).map((digits) => `0.${'3'.repeat(digits)}`),
  fc.double().map(String),
);

/** Valid and invalid times at the limits of the format. */
export const oddTime = fc.constantFrom(
  '9999-12-31T23:59:59-23:59',
  '0000-01-01T00:00:00+23:59',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-02-29T12:00:00Z',
  '2024-02-29T12:00:00Z',
  '2026-03-10T24:00:00Z',
  '2026-03-10T12:00:60Z',
  '2026-03-10T12:00Z',
  '2026-03-10T12:00:00',
  '2026-03-10',
  '1773144000',
  `2026-03-10T12:00:00.${'1'.repeat(5_000)}Z`,
  '2026-03-10T12:00:00+00:60',
  MARK,
);
