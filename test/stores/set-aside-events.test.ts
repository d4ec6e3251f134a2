import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  DynamoDbSetAsideEventStore,
  setAsideKey,
  subscriptionNamedBy,
  type SetAsideEvent,
} from '../../lambdas/shared/stores/set-aside-events';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCancelledTransaction } from '../builders/a-cancelled-transaction';
import { openTables } from '../setup/tables';
import { ENGINES, noticeIn } from './engines';

const AT = '2026-03-10T12:00:00.000Z';
const LATER = '2026-03-10T13:00:00.000Z';

const anEvent: SetAsideEvent = {
  kind: 'setAside',
  subscriptionId: undefined,
  usageEventPk: 's-1##x',
  reason: 'malformed',
  message: 'no',
  document: '{}',
};

const noticeIdOf = (event: SetAsideEvent): string => Object.values(setAsideKey(event)).join('#');

const at = (nowIso: string) => ({ nowIso, agreementId: 'agmt-1' });

describe.each(ENGINES)('set-aside events %s', (_engine, open) => {
  async function given() {
    const database = await open('hourlyUsage', 'notices');
    const store = new DynamoDbSetAsideEventStore(database);
    return { store, told: (noticeId: string) => noticeIn(database, noticeId) };
  }

  it('stores each set-aside event once', async () => {
    const { store } = await given();
    expect(await store.keep(anEvent, at(AT))).toBe(true);
    expect(await store.keep(anEvent, at(AT))).toBe(false);
    expect(await store.keep({ ...anEvent, document: '{"again":1}' }, at(AT))).toBe(true);
    expect(await store.keep({ ...anEvent, kind: 'overwritten' }, at(AT))).toBe(true);
  });

  it('writes one notice of a set-aside event, with the time it was first stored', async () => {
    const { store, told } = await given();
    const event = { ...anEvent, subscriptionId: 's-1' };
    await store.keep(event, at(AT));
    await store.keep(event, at(LATER));
    expect(await told(noticeIdOf(event))).toEqual({
      kind: 'UsageRejected',
      schemaVersion: 1,
      noticeId: noticeIdOf(event),
      agreementId: 'agmt-1',
      time: AT,
      subscriptionId: 's-1',
      reason: 'malformed',
      message: 'no',
      usageEventPk: 's-1##x',
    });
  });

  it('writes a notice without a subscription when the event names none', async () => {
    const { store, told } = await given();
    await store.keep(anEvent, at(AT));
    const notice = await told(noticeIdOf(anEvent));
    expect(notice).toMatchObject({ kind: 'UsageRejected', noticeId: expect.stringMatching(/^unknown#setAside#/) });
    expect(notice?.subscriptionId).toBeUndefined();
  });

  it('stores a set-aside event and its notice however long item and message are', async () => {
    const { store, told } = await given();
    const [message, document] = ['a tag is wrong; '.repeat(40_000), '€'.repeat(400_000)];
    const event = { ...anEvent, message, document };
    expect(await store.keep(event, at(AT))).toBe(true);
    expect(await store.keep(event, at(AT))).toBe(false);
    expect(await told(noticeIdOf(event))).toMatchObject({ reason: 'malformed' });
  });
});

describe('a set-aside event', () => {
  it('has the key that every version gives it, so that it is never told twice', () => {
    expect(setAsideKey(anEvent)).toEqual({ pk: 'unknown', sk: 'setAside#3bf0c26f3592fe573a0169ed92746016' });
  });

  it('is set aside later when another transaction has its item', async () => {
    const tables = new MemoryTables();
    tables.before = async () => Promise.reject(aCancelledTransaction());
    const kept = new DynamoDbSetAsideEventStore(tables.database).keep(anEvent, at(AT));
    await expect(kept).rejects.toThrow(TransactionCanceledException);
  });

  it('is for the operator when its notice is there without its item', async () => {
    const tables = new MemoryTables();
    tables.put('notices', { pk: noticeIdOf(anEvent), sk: 0 });
    const kept = new DynamoDbSetAsideEventStore(tables.database).keep(anEvent, at(AT));
    await expect(kept).rejects.toThrow('its notice exists, but its HourlyUsage item does not');
  });
});

describe('the subscription of an item', () => {
  it.each([
    ['is the one that it names', 's-1', 's-1'],
    ['is unknown when it names none', undefined, undefined],
    ['is unknown when its name is empty', '', undefined],
    ['is unknown when its name is no text', 1, undefined],
    ['fits into a key', 'x'.repeat(3_000), 'x'.repeat(200)],
    [
      'is not cut in the middle of a character',
      `x${'\ud83d\ude00'.repeat(200)}`,
      `x${'\ud83d\ude00'.repeat(99)}\ufffd`,
    ],
  ])('%s', (_what, subscriptionId, named) => {
    expect(subscriptionNamedBy({ subscriptionId })).toBe(named);
  });
});

describe('a set-aside item in DynamoDB', () => {
  it('does not cut a set-aside item in the middle of a character', async () => {
    const database = await openTables('hourlyUsage', 'notices');
    const store = new DynamoDbSetAsideEventStore(database);
    const event = { kind: 'setAside' as const, subscriptionId: 's-1', usageEventPk: 'x', reason: 'malformed' };
    const text = `x${'\ud83d\ude00'.repeat(60_000)}`;
    await store.keep({ ...event, message: text, document: text }, at(AT));
    const { Items = [] } = await database.client.send(
      new QueryCommand({
        TableName: database.tables.hourlyUsage,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 's-1' },
      }),
    );
    expect(Items).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/\ufffd$/),
        document: expect.stringMatching(/\ufffd$/),
      }),
    ]);
  });
});
