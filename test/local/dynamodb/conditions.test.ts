import { beforeAll, describe, expect, it } from 'vitest';
import { aTable, type Table } from './a-table';

const item = {
  pk: { S: 'p' },
  sk: { S: 's' },
  n: { N: '10' },
  s: { S: 'sealed' },
  b: { B: 'AQID' },
  t: { BOOL: true },
  z: { NULL: true },
  l: { L: [{ S: 'a' }, { N: '1' }] },
  m: { M: { x: { N: '1' }, 'a.b': { S: 'dot' } } },
  u: { SS: ['a', 'b'] },
  ns: { NS: ['1', '2.50'] },
  state: { S: 'open' },
};
const VALUES = {
  ':one': { N: '1' },
  ':ten': { N: '10.0' },
  ':many': { N: '99' },
  ':s': { S: 'sealed' },
  ':a': { S: 'a' },
  ':se': { S: 'se' },
  ':b': { B: 'AQ==' },
  ':t': { BOOL: true },
  ':map': { M: { 'a.b': { S: 'dot' }, x: { N: '1.0' } } },
  ':u': { SS: ['b', 'a'] },
  ':ns': { NS: ['2.5', '1'] },
  ':N': { S: 'N' },
  ':odd': { S: 'Number' },
};
const NAMES = { '#state': 'state', '#dot': 'a.b', '#n': 'n' };

let table: Table;

beforeAll(async () => {
  table = await aTable();
  await table.must('PutItem', { Item: item });
});

function used(all: Record<string, unknown>, text: string): Record<string, unknown> | undefined {
  const words = new Set(text.match(/[:#]\w+/g));
  const entries = Object.entries(all).filter(([name]) => words.has(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Whether the item passes; a check that fails tells so. */
async function passes(ConditionExpression: string): Promise<boolean | string> {
  const { status, body } = await table.ask('TransactWriteItems', {
    TransactItems: [
      {
        ConditionCheck: {
          Key: { pk: item.pk, sk: item.sk },
          ConditionExpression,
          ExpressionAttributeValues: used(VALUES, ConditionExpression),
          ExpressionAttributeNames: used(NAMES, ConditionExpression),
        },
      },
    ],
  });
  const message = String(body.message ?? body.Message);
  if (status !== 200 && !message.includes('ConditionalCheckFailed')) return message;
  return status === 200;
}

describe('A condition', () => {
  it.each([
    ['n = :ten', true],
    ['n <> :ten', false],
    ['n > :one AND n < :many', true],
    ['n >= :ten AND n <= :ten', true],
    ['n BETWEEN :one AND :many', true],
    ['n IN (:one, :ten)', true],
    ['NOT n = :one', true],
    ['n = :one OR NOT s = :s AND n = :ten', false],
    ['(n = :one OR n = :ten) AND s = :s', true],
    ['s > :se', true],
    ['n < :s', false],
    ['nothing < :one', false],
    ['nothing <> :one', true],
    ['begins_with(s, :se)', true],
    ['begins_with(b, :b)', true],
    ['contains(s, :se)', true],
    ['contains(u, :a)', true],
    ['contains(ns, :one)', true],
    ['contains(l, :one)', true],
    ['contains(n, :one)', false],
    ['attribute_exists(l[1]) AND attribute_not_exists(l[2])', true],
    ['attribute_exists(m.#dot)', true],
    ['attribute_type(n, :N)', true],
    ['size(s) > :one AND size(l) > :one AND size(u) > :one AND size(m) > :one AND size(b) > :one', true],
    ['size(n) > :one', false],
    ['m = :map', true],
    ['u = :u AND ns = :ns', true],
    ['t = :t', true],
    ['#state = :a or #state <> :a', true],
  ])('%s is %p', async (text, expected) => {
    expect(await passes(text)).toBe(expected);
  });

  it.each([
    ['n = :undefined', 'An expression attribute value used in expression is not defined; attribute value: :undefined'],
    [
      '#nothing = :one',
      'An expression attribute name used in the document path is not defined; attribute name: #nothing',
    ],
    ['state = :s', 'Attribute name is a reserved keyword; reserved keyword: state'],
    ['t < :t', 'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL'],
    ['begins_with(s, :one)', 'operator or function: begins_with, operand type: N'],
    [
      'n BETWEEN :many AND :one',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
    ],
    ['n BETWEEN :one AND :s', 'The BETWEEN operator requires same data type for lower and upper bounds'],
    ['attribute_type(n, :odd)', 'Invalid attribute type name found; type: Number'],
    ['n = #n', 'The first operand must be distinct from the remaining operands for this operator or function'],
    ['((n = :one))', 'The expression has redundant parentheses'],
    ['nope(n)', 'Invalid function name; function: nope'],
    ['attribute_exists(:one)', 'Operator or function requires a document path; operator or function: attribute_exists'],
    ['if_not_exists(n, :one)', 'The function is not allowed in a condition expression; function: if_not_exists'],
    ['n = :one AND', 'Syntax error'],
    ['n', 'Syntax error'],
    ['n == :one', 'Syntax error'],
  ])('is refused: %s', async (text, message) => {
    expect(await passes(text)).toContain(message);
  });

  it('is refused when it has more than 300 operators', async () => {
    expect(await passes(`n = :one ${'OR n = :ten '.repeat(150)}`)).toContain(
      'The expression contains too many operators',
    );
    expect(await passes(`n = :one ${'OR n = :ten '.repeat(149)}`)).toBe(true);
  });

  it('is refused when it is larger than 4 KB', async () => {
    const long = `attribute_exists(m.${'x'.repeat(4100)})`;
    expect(await passes(long)).toContain('Expression size has exceeded the maximum allowed size');
  });

  it.each([
    [
      { ExpressionAttributeValues: { ':x': { N: '1' } } },
      'ExpressionAttributeValues can only be specified when using expressions',
    ],
    [
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { ':x': { N: '1' } } },
      'unused in expressions: keys: {:x}',
    ],
    [
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: { '#x': 'x' } },
      'unused in expressions: keys: {#x}',
    ],
    [
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: {} },
      'ExpressionAttributeValues must not be empty',
    ],
  ])('wants exactly the placeholders that are used: %j', async (placeholders, message) => {
    expect(await table.refusal('PutItem', { Item: item, ...placeholders })).toContain(message);
  });
});
