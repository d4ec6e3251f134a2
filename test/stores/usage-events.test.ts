import { describe, expect, it } from 'vitest';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import {
  comparedWith,
  DynamoDbUsageEventStore,
  parseUsageEventItem,
  usageEventItem,
} from '../../lambdas/shared/stores/usage-events';
import { aUsageEvent } from '../builders/a-usage-event';
import { ENGINES } from './engines';

describe.each(ENGINES)('usage events %s', (_engine, open) => {
  async function given() {
    const database = await open('usageEvents');
    const { client, tables } = database;
    return { client, tableName: tables.usageEvents, store: new DynamoDbUsageEventStore(database) };
  }

  it('stores a usage event once by subscription, source and id', async () => {
    const { store } = await given();
    const event = aUsageEvent({ source: 'app' });
    expect(await store.put(event, 9_999_999_999)).toBe('stored');
    expect(await store.put({ ...event, quantity: decimal(99) }, 9_999_999_999)).toBe('differs');
    expect(await store.put({ ...event, dimension: 'other' }, 9_999_999_999)).toBe('differs');
    const again = { ...event, receivedAtMs: event.receivedAtMs + 1, timeMs: event.timeMs + 1 };
    expect(await store.put(again, 9_999_999_999)).toBe('duplicate');
    expect(await store.put({ ...event, source: 'other' }, 9_999_999_999)).toBe('stored');
    expect(await store.put({ ...event, subscriptionId: 's-other' }, 9_999_999_999)).toBe('stored');
  });

  it('reads a usage event back with every digit of its first quantity', async () => {
    const { client, tableName, store } = await given();
    const event = aUsageEvent({
      source: 'a#b%',
      quantity: '2147483646.123456789012345678',
      tags: { Department: 'legal' },
    });
    await store.put(event, 9_999_999_999);
    await store.put({ ...event, quantity: decimal(1) }, 9_999_999_999);
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: { pk: `${event.subscriptionId}#a%23b%25#${event.id}` } }),
    );
    const parsed = parseUsageEventItem(Item);
    expect('event' in parsed && decimalText(parsed.event.quantity)).toBe('2147483646.123456789012345678');
    expect(parsed).toMatchObject({ event: { ...event, quantity: expect.anything() } });
  });
});

describe('a repeated usage event', () => {
  const tags = { a: '1', b: '2', c: '3' };
  const event = aUsageEvent({ tags });
  const stored = usageEventItem(event, 0);

  it.each([
    ['says the same with its tags in any order', { tags: { c: '3', a: '1', b: '2' } }, 'duplicate'],
    ['says something else with another tag', { tags: { ...tags, c: '4' } }, 'differs'],
    ['says something else than an item that cannot be read', { dimension: 7 }, 'differs'],
  ])('%s', (_what, difference, outcome) => {
    expect(comparedWith({ ...stored, ...difference }, event)).toBe(outcome);
  });

  it.each([
    ['under the key of another one', { pk: 's-1#app#other' }, /^item: pk is not <subscriptionId>#<source>#<id>/],
    ['without a dimension', { dimension: undefined }, /^dimension/],
  ])('has a sentence for the operator when it is stored %s', (_how, difference, problem) => {
    expect(parseUsageEventItem({ ...stored, ...difference })).toEqual({ problem: expect.stringMatching(problem) });
  });

  it.each(['1969-12-31T23:59:59.999Z', '9999-01-01T00:00:00Z', '9998-12-31T23:59:59-01:00'])(
    'has one for %s, an hour that no table sorts right',
    (time) => {
      const problem = expect.stringContaining('not a time between 1970 and 9998');
      expect(parseUsageEventItem({ ...stored, time })).toEqual({ problem });
    },
  );

  it.each(['1970-01-01T00:00:00Z', '9998-12-31T23:59:59.999Z'])('may have been used at %s', (time) => {
    expect(parseUsageEventItem({ ...stored, time })).toMatchObject({ event: { timeMs: Date.parse(time) } });
  });

  it.each(['', 'a#b', '#a', 'x'.repeat(201)])('has one for the subscription "%s"', (subscriptionId) => {
    const event = aUsageEvent({ subscriptionId });
    const problem = expect.stringMatching(/^subscriptionId/);
    expect(parseUsageEventItem(usageEventItem(event, 0))).toEqual({ problem });
  });

  it.each(['1e999999', 'seven', ''])('has one for the quantity "%s"', (quantity) => {
    expect(parseUsageEventItem({ ...stored, quantity })).toEqual({ problem: expect.stringMatching(/^quantity/) });
  });

  it('has one for what is no item at all', () => {
    expect(parseUsageEventItem(undefined)).toEqual({ problem: expect.stringMatching(/^item/) });
  });
});
