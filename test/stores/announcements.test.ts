import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { toAnnouncementNotice } from '../../lambdas/shared/domain/announcement';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCancelledTransaction } from '../builders/a-cancelled-transaction';
import { aSubscription } from '../builders/a-subscription';
import { ENGINES, noticeIn } from './engines';

const TIME = '2026-11-02T00:00:00.000Z';
const event = { id: 'e-1', detailType: 'Purchase Agreement Updated', time: TIME, agreementId: 'agmt-1', detail: '{}' };
const announcement = { kind: 'PaymentRiskAnnounced', announced: 'advisoryIssued' } as const;
const notice = toAnnouncementNotice(
  { announcement, agreementId: 'agmt-1', kept: event },
  aSubscription({ subscriptionId: 's-1' }),
  TIME,
);

describe.each(ENGINES)('an announcement %s', (_engine, open) => {
  it('is told once, though AWS publishes it with two ids, and its event outlives the notice', async () => {
    const database = await open('subscriptions', 'notices');
    const store = new DynamoDbSubscriptions(database);
    expect(await store.tell(notice, event)).toBe('told');
    expect(await store.tell({ ...notice, time: '2026-11-02T00:00:01.000Z' }, { ...event, id: 'e-2' })).toBe(
      'duplicate',
    );
    expect(await noticeIn(database, notice.noticeId)).toEqual(notice);
    const Key = { pk: 's-1', sk: `event#${TIME}#advisoryIssued#agmt-1` };
    const { Item } = await database.client.send(new GetCommand({ TableName: database.tables.subscriptions, Key }));
    expect(Item).toMatchObject(event);
    const withoutNotice = { ...database, tables: { ...database.tables, ...(await open('notices')).tables } };
    expect(await new DynamoDbSubscriptions(withoutNotice).tell(notice, event)).toBe('duplicate');
  });
});

it('is tried again while another transaction holds its items', async () => {
  const tables = new MemoryTables();
  tables.before = async () => Promise.reject(aCancelledTransaction());
  expect(await new DynamoDbSubscriptions(tables.database).tell(notice, event)).toBe('conflict');
});
