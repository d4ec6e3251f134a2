import { describe, expect, it } from 'vitest';
import { parseUsageEvents } from '../../lambdas/record-usage/parse-usage-events';
import { parseUsageEventItem } from '../../lambdas/shared/stores/usage-events';

const EVENT = { id: 'a', subscriptionId: 's-1', dimension: 'events', quantity: 1, time: '2026-11-23T05:17:00Z' };
const CLOUD_EVENT = {
  specversion: '1.0',
  id: 'a',
  source: 'app',
  type: 'usage',
  subject: 's-1',
  time: EVENT.time,
  data: { dimension: 'events', quantity: 1 },
};

function problemsOf(body: unknown, contentType = 'application/json'): (string | undefined)[] {
  return parseUsageEvents(contentType, JSON.stringify(body)).map((parsed) =>
    'problem' in parsed ? parsed.problem : undefined,
  );
}

/** A validator's words, and the classes of this program in any minified form. */
const RAW = /Invalid|expected|received|Unrecognized|Lossless|\binput\b|✖|\bWn\b/;

describe('a malformed usage event', () => {
  it('with a number as id is told its place, its id and what an id is', () => {
    expect(problemsOf([EVENT, { ...EVENT, id: 7 }])).toEqual([
      undefined,
      'event 2 (id 7): id: must be text, but is a number',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['no id', { ...EVENT, id: undefined }, 'id: must be text, but is missing'],
    ['an empty id', { ...EVENT, id: '' }, 'id: must not be empty'],
    ['a long id', { ...EVENT, id: 'x'.repeat(513) }, 'id: must be at most 512 characters long'],
    ['an id that is a list', { ...EVENT, id: ['a'] }, 'id: must be text, but is a list'],
    ['a subscription that is null', { ...EVENT, subscriptionId: null }, 'subscriptionId: must be text, but is null'],
    ['a dimension that is true', { ...EVENT, dimension: true }, 'dimension: must be text, but is true or false'],
    ['no quantity', { ...EVENT, quantity: undefined }, 'quantity: must be a JSON number or a decimal string'],
    ['a quantity in words', { ...EVENT, quantity: 'many' }, 'quantity: must be a decimal number, such as 12 or "0.25"'],
    [
      'a time without a zone',
      { ...EVENT, time: '2026-11-23 05:17' },
      'time: must be an RFC 3339 time with a time zone, such as 2026-11-23T05:17:00Z',
    ],
    ['tags as a list', { ...EVENT, tags: [] }, 'tags: must be an object, but is a list'],
    ['tags of numbers', { ...EVENT, tags: { a: 1, b: 2 } }, 'tags: must be text, but is a number'],
    [
      'another field',
      { ...EVENT, customer: 'x' },
      'event: has an unknown field; use only id, subscriptionId, time, dimension, quantity, tags',
    ],
    ['a number for an event', 7, 'event: must be an object, but is a number'],
    ['a list for an event', [EVENT], 'event: must be an object, but is a list'],
  ])('with %s is explained in plain words', (_name, event, sentence) => {
    const [problem] = problemsOf([event]);
    expect(problem).toBe(`event 1: ${sentence}`);
    expect(problem).not.toMatch(RAW);
  });

  it.each<[string, unknown, string]>([
    ['another version', { ...CLOUD_EVENT, specversion: '0.3' }, 'specversion: must be "1.0"'],
    ['no data', { ...CLOUD_EVENT, data: undefined }, 'data: must be an object, but is missing'],
    [
      'no subscription',
      { ...CLOUD_EVENT, subject: undefined },
      'data.subscriptionId: required (or set it as the subject)',
    ],
  ])('of CloudEvents with %s is explained in plain words', (_name, event, sentence) => {
    expect(problemsOf([event], 'application/cloudevents-batch+json')).toEqual([`event 1: ${sentence}`]);
  });

  it('is told each problem once, whatever the tags are called', () => {
    const tags = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`tag-${n}`, n]));
    expect(problemsOf([{ ...EVENT, tags, id: 7 }])).toEqual([
      'event 1 (id 7): id: must be text, but is a number; tags: must be text, but is a number',
    ]);
  });

  it('that was put into the table directly is explained in plain words, too', () => {
    const item = { pk: 's-1##a', subscriptionId: 's-1', source: '', id: 7, dimension: 'events', quantity: '1' };
    const parsed = parseUsageEventItem({ ...item, time: 'yesterday', receivedAt: EVENT.time });
    const problem = 'problem' in parsed ? parsed.problem : '';
    expect(problem).toContain('id: must be text, but is a number');
    expect(problem).toContain('time: has characters or a form that are not allowed');
    expect(problem).not.toMatch(RAW);
  });
});
