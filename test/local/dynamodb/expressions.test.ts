import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { toCondition, toUpdate } from '../../../local/dynamodb/expressions';

const values = { ':one': 1, ':open': 'open', ':now': 10 };
const names = { '#state': 'state' };

describe('A condition expression', () => {
  it.each([
    ['attribute_not_exists(pk)', undefined, true],
    ['attribute_exists(pk)', undefined, false],
    ['#state = :open', { state: 'open' }, true],
    ['#state = :open', undefined, false],
    ['#state <> :open', { state: 'sealed' }, true],
    ['attribute_not_exists(dueAt) OR dueAt <= :now', { dueAt: NumberValue.from('10') }, true],
    ['dueAt > :now AND #state = :open', { dueAt: NumberValue.from('9'), state: 'open' }, false],
    [
      '(dueAt > :now OR #state = :open) AND attribute_exists(dueAt)',
      { dueAt: NumberValue.from('9'), state: 'open' },
      true,
    ],
    ['#state IN (:one, :open)', { state: 'open' }, true],
    ['dueAt < :now', {}, false],
    ['#state = :open AND begins_with(sk, :open)', { state: 'open', sk: 'opened' }, true],
    ['begins_with(sk, :open)', { sk: 'reopened' }, false],
  ])('evaluates the condition %s on %j to %p', (text, item, expected) => {
    expect(toCondition(text)(item, { names, values })).toBe(expected);
  });

  it.each(['size(pk) > :one', 'pk = :open AND', 'contains(a, :one)'])(
    'refuses the unsupported condition %s',
    (text) => {
      expect(() => toCondition(text)({ pk: 'x' }, { names, values })).toThrow();
    },
  );

  it('refuses a placeholder without a value', () => {
    expect(() => toCondition('pk = :nothing')({ pk: 'x' }, {})).toThrow(':nothing has no value');
  });
});

describe('An update expression', () => {
  it('sets, adds and removes attributes, reading the item as it was before', () => {
    const before = { pk: 'x', a: NumberValue.from('1'), gone: 'y' };
    const after = toUpdate('SET a = a + :one, b = if_not_exists(b, :open) ADD c :one REMOVE gone')(before, { values });
    expect(Object.keys(after).sort()).toEqual(['a', 'b', 'c', 'pk']);
    expect([String(after.a), after.b, String(after.c)]).toEqual(['2', 'open', '1']);
    expect(before.gone).toBe('y');
  });
});
