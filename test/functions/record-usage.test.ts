import { setImmediate } from 'node:timers/promises';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { decimalText } from '../../lambdas/shared/domain/decimal';
import { parseUsageEventItem } from '../../lambdas/shared/stores/usage-events';
import { NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { UsagePath } from './usage-path';

const NOON = '2026-03-10T12:00:00Z';

let path: UsagePath;

beforeEach(() => {
  path = new UsagePath();
});

const reported = (overrides: Record<string, unknown> = {}) => ({
  id: 'e-1',
  subscriptionId: aSubscriptionId(1),
  dimension: 'events',
  quantity: 1,
  time: NOON,
  ...overrides,
});

const cloudEvent = (overrides: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  type: 'com.example.usage',
  source: '/app/1',
  id: 'e-1',
  time: NOON,
  subject: aSubscriptionId(1),
  data: { dimension: 'events', quantity: '0.5' },
  ...overrides,
});

const CLOUD_EVENTS = 'application/cloudevents-batch+json; charset=utf-8';

function storedQuantities(): string[] {
  return path.tables.usageEvents.map((item) => {
    const parsed = parseUsageEventItem(item);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return decimalText(parsed.event.quantity);
  });
}

describe('record-usage', () => {
  it('stores an event and answers accepted', async () => {
    expect(await path.record([reported({ time: '2026-03-10T11:30:00Z' })])).toEqual([
      { id: 'e-1', status: 'accepted' },
    ]);
    expect(path.tables.usageEvents).toMatchObject([
      {
        pk: `${aSubscriptionId(1)}##e-1`,
        dimension: 'events',
        time: '2026-03-10T11:30:00.000Z',
        receivedAt: '2026-03-10T12:00:00.000Z',
        expiresAt: NumberValue.from(NOON_MS / 1000 + 90 * 86_400),
      },
    ]);
  });

  it('answers duplicate for a known id, and keeps the first quantity', async () => {
    await path.record([reported({ quantity: 2 })]);
    for (let n = 0; n < 10; n += 1) {
      expect(await path.record([reported({ quantity: 99 })])).toEqual([
        { id: 'e-1', status: 'duplicate', contentDiffers: true },
      ]);
    }
    expect(storedQuantities()).toEqual(['2']);
  });

  it('says of a duplicate whether its content differs from the stored event, and counts those', async () => {
    const first = reported({ quantity: 2 });
    await path.record([first]);
    const [answers, [unknown]] = [
      await path.record([first, reported({ quantity: '2.0' }), reported({ quantity: 3 })]),
      await path.record([reported({ quantity: 2, tags: { Project: 'x' } })]),
    ];
    const duplicate = { id: 'e-1', status: 'duplicate' };
    expect(answers).toEqual([duplicate, duplicate, { ...duplicate, contentDiffers: true }]);
    expect(unknown).toEqual({ ...duplicate, contentDiffers: true });
    const inOneRequest = [2, 2, 3].map((quantity) => reported({ id: 'e-2', quantity }));
    expect((await path.record(inOneRequest)).map((answer) => 'contentDiffers' in answer)).toEqual([false, false, true]);
    expect(path.counters.counts.UsageEventsDiffering).toBe(3);
  });

  it('keeps the first of two events with one id in a request', async () => {
    const answers = await path.record([reported({ quantity: 2 }), reported({ quantity: 99 }), reported({ id: 'e-2' })]);
    expect(answers.map(({ status }) => status)).toEqual(['accepted', 'duplicate', 'accepted']);
    expect(storedQuantities()).toEqual(['2', '1']);
  });

  it('keeps the first of two events with one id in a request, even if its write takes longer', async () => {
    const { put } = path.usageEvents;
    path.usageEvents.put = async (event, expiresAt) => {
      if (decimalText(event.quantity) === '2') await setImmediate();
      return put.call(path.usageEvents, event, expiresAt);
    };
    const answers = await path.record([reported({ quantity: 2 }), reported({ quantity: 99 })]);
    expect(answers.map(({ status }) => status)).toEqual(['accepted', 'duplicate']);
    expect(storedQuantities()).toEqual(['2']);
  });

  it('keeps every digit of JSON numbers and decimal strings', async () => {
    const body = `[${['0.1', '123456789.123456789012345678', '"2.50"', '1e3', '0']
      .map((quantity, n) =>
        JSON.stringify(reported({ id: `e-${n}` })).replace('"quantity":1', `"quantity":${quantity}`),
      )
      .join()}]`;
    expect((await path.record(body)).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'accepted'));
    expect(storedQuantities()).toEqual(['0.1', '123456789.123456789012345678', '2.5', '1000', '0']);
  });

  it('accepts CloudEvents, identified by source and id', async () => {
    const events = [
      cloudEvent(),
      cloudEvent({ source: '/app/2' }),
      cloudEvent(),
      cloudEvent({
        id: 'e-2',
        // A sender may name anything as the subject.
        subject: 'invoices/7',
        data: { subscriptionId: aSubscriptionId(1), dimension: 'events', quantity: 1, tags: { Project: 'x' } },
      }),
    ];
    const answers = await path.record(events, CLOUD_EVENTS);
    expect(answers.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'duplicate', 'accepted']);
    expect(path.tables.usageEvents.map(({ pk }) => pk)).toEqual([
      `${aSubscriptionId(1)}#/app/1#e-1`,
      `${aSubscriptionId(1)}#/app/2#e-1`,
      `${aSubscriptionId(1)}#/app/1#e-2`,
    ]);
  });

  it('accepts usage of a subscription that AWS has not activated yet', async () => {
    path.givenSubscription({ state: 'pending', activatedAt: undefined });
    expect(await path.record([reported()])).toMatchObject([{ status: 'accepted' }]);
  });

  it('answers each event by itself, in order', async () => {
    path.givenSubscription({ subscriptionId: aSubscriptionId(2), state: 'ending' });
    path.givenSubscription({ subscriptionId: aSubscriptionId(3), state: 'ended' });
    const events: [reason: string | undefined, event: unknown][] = [
      [undefined, reported({ id: 'good-1' })],
      ['unknownSubscription', reported({ subscriptionId: 's-nobody' })],
      ['subscriptionEnding', reported({ subscriptionId: aSubscriptionId(2) })],
      ['subscriptionEnded', reported({ subscriptionId: aSubscriptionId(3) })],
      ['unknownDimension', reported({ dimension: 'Events' })],
      ['quantityNegative', reported({ quantity: -1 })],
      ['quantityTooLarge', reported({ quantity: 2_147_483_648 })],
      ['quantityTooLarge', reported({ quantity: '2147483647.1' })],
      ['quantityTooPrecise', reported({ quantity: '0.0000000000000000001' })],
      ['timeInFuture', reported({ time: '2026-03-10T12:06:00Z' })],
      ['tooLate', reported({ time: '2026-03-09T11:59:59Z' })],
      ['tagNotAllowed', reported({ tags: { CostCenter: '7' } })],
      ['tagInvalid', reported({ tags: { Department: '' } })],
      ['malformed', reported({ tags: JSON.parse('{"__proto__":"x"}') })],
      ['malformed', reported({ time: '2026-03-10 12:00' })],
      ['malformed', reported({ quantity: 'one' })],
      ['malformed', reported({ id: '' })],
      ['malformed', reported({ tag: {} })],
      ['malformed', null],
      ['malformed', 7],
      [undefined, reported({ id: 'good-2', quantity: 2_147_483_647 })],
    ];
    const answers = await path.record(events.map(([, event]) => event));
    expect(answers.map((answer) => (answer.status === 'rejected' ? answer.reason : undefined))).toEqual(
      events.map(([reason]) => reason),
    );
    expect(answers.every((answer) => answer.status !== 'rejected' || answer.message.length > 10)).toBe(true);
    expect(path.tables.usageEvents.length).toBe(2);
    expect(path.counters.counts).toMatchObject({
      'UsageEvents.accepted': 2,
      'UsageEvents.rejected': 19,
      'UsageEventsRejected.quantityTooLarge': 2,
      'UsageEvents.retry': 0,
    });
  });

  it('refuses ids that are not well-formed Unicode, because DynamoDB would store two of them as one', async () => {
    const ids = ['a\ud800', 'a\ud801', 'a\ufffd'];
    const answers = await path.record(ids.map((id) => reported({ id })));
    expect(answers).toEqual(ids.map(() => expect.objectContaining({ status: 'rejected', reason: 'malformed' })));
    expect(path.tables.usageEvents.length).toBe(0);
  });

  it('refuses source and id that are too long for a key, and does not ask to retry', async () => {
    const [fits, tooLong] = ['#'.repeat(480), '#'.repeat(512)];
    const answers = await path.record(
      [fits, tooLong].map((source) => cloudEvent({ source, id: 'x'.repeat(512) })),
      CLOUD_EVENTS,
    );
    expect(answers).toMatchObject([{ status: 'accepted' }, { status: 'rejected', reason: 'malformed' }]);
  });

  it('describes a malformed event in a short text without its values', async () => {
    const tags = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`MARKER-${n}`, n]));
    const [answer] = await path.record([reported({ tags, MARKER: 1, quantity: 'MARKER', time: 'MARKER' })]);
    const text = JSON.stringify(answer);
    expect(answer).toMatchObject({
      reason: 'malformed',
      message: expect.stringContaining('use only id, subscriptionId'),
    });
    expect(text).not.toContain('MARKER');
    expect(text.length).toBeLessThan(1000);
  });

  it('refuses usage of a product sold by contract', async () => {
    path.products.forEach((product) => (product.pricingModel = 'contract'));
    expect(await path.record([reported()])).toMatchObject([{ status: 'rejected', reason: 'notMetered' }]);
  });

  it('answers retry for only the events that could not be stored', async () => {
    const { put } = path.usageEvents;
    let failures = 0;
    path.usageEvents.put = async (event, expiresAt) => {
      if (event.id === 'e-2' && (failures += 1) === 1) throw new Error('throttled');
      return put.call(path.usageEvents, event, expiresAt);
    };
    // The second e-2 must not be stored before the first, which is sent again.
    const answers = await path.record(['e-1', 'e-2', 'e-2', 'e-3'].map((id, quantity) => reported({ id, quantity })));
    expect(answers.map(({ status }) => status)).toEqual(['accepted', 'retry', 'retry', 'accepted']);
    expect(path.failures).toHaveLength(1);
  });

  it('answers retry for every event while subscriptions cannot be read', async () => {
    path.subscriptions.glance = async () => Promise.reject(new Error('throttled'));
    expect(await path.record([reported()])).toMatchObject([{ status: 'retry' }]);
    expect(path.failures).toHaveLength(1);
  });

  it.each([
    ['not JSON', '[{', 'application/json', 400],
    ['not an array', '{}', 'application/json', 400],
    [
      'a list of more than 100 events',
      JSON.stringify(Array.from({ length: 101 }, () => reported())),
      'application/json',
      400,
    ],
    ['in another format', '<usage/>', 'application/xml', 415],
    ['larger than 1 MB', `[${' '.repeat(1024 * 1024)}]`, 'application/json', 413],
  ])('refuses a body that is %s', async (_, ...[body, contentType, statusCode]) => {
    await expect(path.record(body, contentType)).rejects.toMatchObject({ statusCode });
    expect(path.tables.usageEvents.length).toBe(0);
  });
});
