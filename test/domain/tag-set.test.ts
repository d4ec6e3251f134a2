import { describe, expect, it } from 'vitest';
import { keepAllowedTags, tagSetKey, tagSetProblem, type TagSet } from '../../lambdas/shared/domain/tag-set';

describe('the key of a set of tags', () => {
  it('makes the same key for the same tags in any order', () => {
    expect(tagSetKey({ b: '2', a: '1', c: '3' })).toBe(tagSetKey({ c: '3', a: '1', b: '2' }));
    expect(tagSetKey({ a: '1', b: '2' })).toBe(tagSetKey({ b: '2', a: '1' }));
  });

  it('makes an empty key for no tags, and different keys for different tags', () => {
    expect(tagSetKey({})).toBe('');
    const sets: TagSet[] = [
      {},
      { a: '1' },
      { a: '2' },
      { b: '1' },
      { a: '1', b: '2' },
      { a: '2', b: '1' },
      { a: 'b', b: '1' },
    ];
    expect(new Set(sets.map(tagSetKey)).size).toBe(sets.length);
  });
});

describe('the allowed tags', () => {
  it('keeps only tags with allowed keys', () => {
    const tags = { Department: 'legal', Project: 'x', Secret: 'y' };
    expect(keepAllowedTags(tags, ['Project', 'Department', 'Team'])).toEqual({ Department: 'legal', Project: 'x' });
    expect(keepAllowedTags(tags, [])).toEqual({});
  });
});

describe('what AWS would refuse in tags', () => {
  const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, 'value']));

  it('accepts no tags, and five tags of allowed characters', () => {
    expect(tagSetProblem({})).toBeUndefined();
    expect(tagSetProblem(tags(5))).toBeUndefined();
    expect(tagSetProblem({ 'aZ09+ -=._:/@': 'aZ09+ -=._:/@' })).toBeUndefined();
  });

  it('refuses more than five tags', () => {
    expect(tagSetProblem(tags(6))).toBe('Use at most 5 tags; these are 6.');
  });

  it.each(['', 'x'.repeat(101), 'ü', 'a,b', 'a\n', '#a', 'a#'])(
    'is a key with another length or character: %j',
    (key) => {
      expect(tagSetProblem({ fine: 'fine', [key]: 'fine' })).toMatch(
        /^A tag key must have 1 to 100 of the characters a-z/,
      );
    },
  );

  it.each(['', 'x'.repeat(257), 'ü', 'a,b', 'a\n', '#a', 'a#'])(
    'is a value with another length or character, named by its key: %j',
    (value) => {
      expect(tagSetProblem({ fine: 'fine', Team: value })).toMatch(
        /^The value of tag "Team" must have 1 to 256 of the/,
      );
    },
  );

  it('accepts a tag key of 100 characters and a value of 256', () => {
    expect(tagSetProblem({ ['x'.repeat(100)]: 'y'.repeat(256) })).toBeUndefined();
  });
});
