import { describe, expect, it } from '@jest/globals';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbSetAsideEventStore } from '../../lambdas/shared/stores/set-aside-events';
import { InMemorySetAsideEvents } from '../fakes/in-memory-set-aside-events';
import { documentClient as client, givenTable } from '../setup/tables';
import { noticeIn } from './notices-table';
import { setAsideEventsContract } from './set-aside-events.contract';

setAsideEventsContract('in memory', async () => {
  const store = new InMemorySetAsideEvents();
  const told = async (noticeId: string) =>
    store.notices.find((notice) => 'noticeId' in notice && notice.noticeId === noticeId);
  return { store, told };
});

async function givenDynamoDbStore() {
  const [tableName, noticesTableName] = [await givenTable('hourlyUsage'), await givenTable('notices')];
  const store = new DynamoDbSetAsideEventStore({ client, tableName, noticesTableName });
  return { tableName, store, told: (noticeId: string) => noticeIn(client, noticesTableName, noticeId) };
}

setAsideEventsContract('in DynamoDB', givenDynamoDbStore);

describe('a set-aside item in DynamoDB', () => {
  it('does not end in half a character', async () => {
    const { store, tableName } = await givenDynamoDbStore();
    const event = { kind: 'setAside' as const, subscriptionId: 's-1', usageEventPk: 'x', reason: 'malformed' };
    const text = `x${'\ud83d\ude00'.repeat(60_000)}`;
    await store.keep({ ...event, message: text, document: text }, '2026-03-10T12:00:00.000Z');
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
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
