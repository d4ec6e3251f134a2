import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../local/stack/event-pattern';

const event = {
  source: 'aws.agreement-marketplace',
  'detail-type': 'License Updated - Manufacturer',
  resources: ['arn:aws:one', 'arn:aws:two'],
  detail: { quantity: 5, state: null, tags: [{ key: 'a' }, { key: 'b' }], active: true },
};

describe('an event pattern', () => {
  it.each<[string, unknown]>([
    ['an exact value', { source: ['aws.agreement-marketplace'] }],
    ['one of several values', { source: ['other', 'aws.agreement-marketplace'] }],
    ['null', { detail: { state: [null] } }],
    ['a boolean', { detail: { active: [true] } }],
    ['a prefix', { 'detail-type': [{ prefix: 'License ' }] }],
    ['a suffix', { 'detail-type': [{ suffix: 'Manufacturer' }] }],
    ['a value in any case', { source: [{ 'equals-ignore-case': 'AWS.Agreement-Marketplace' }] }],
    ['anything but a value', { source: [{ 'anything-but': 'x' }] }],
    ['anything but several values', { source: [{ 'anything-but': ['x', 'y'] }] }],
    ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'com.' } }] }],
    ['a number in a range', { detail: { quantity: [{ numeric: ['>', 4, '<=', 5] }] } }],
    ['a field that exists', { detail: { quantity: [{ exists: true }] } }],
    ['a field that does not exist', { detail: { other: [{ exists: false }] } }],
    ['an element of an array', { resources: ['arn:aws:two'] }],
    ['an object in an array', { detail: { tags: { key: ['b'] } } }],
    ['either of two fields', { $or: [{ source: ['x'] }, { detail: { quantity: [5] } }] }],
  ])('matches an event pattern with %s', (_, pattern) => {
    expect(compilePattern(pattern)(event)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['another value', { source: ['aws.agreement'] }],
    ['another type', { detail: { quantity: ['5'] } }],
    ['only one of two fields right', { source: ['aws.agreement-marketplace'], 'detail-type': ['x'] }],
    ['a missing field', { detail: { other: ['x'] } }],
    ['anything but the actual prefix', { source: [{ 'anything-but': { prefix: 'aws.' } }] }],
    ['anything but, for a missing field', { nothing: [{ 'anything-but': 'x' }] }],
    ['a number out of range', { detail: { quantity: [{ numeric: ['>', 5] }] } }],
    ['a field that must not exist', { source: [{ exists: false }] }],
    ['a nested field of a value that is not an object', { source: { deeper: ['x'] } }],
  ])('does not match an event pattern with %s', (_, pattern) => {
    expect(compilePattern(pattern)(event)).toBe(false);
  });

  it('refuses an unsupported event pattern operator, rather than matching nothing', () => {
    expect(() => compilePattern({ source: [{ cidr: '10.0.0.0/24' }] })).toThrow('"cidr"');
  });
});
