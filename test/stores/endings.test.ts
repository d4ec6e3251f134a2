import { describe, expect, it } from '@jest/globals';
import { DynamoDbEndingStore, type EndingStore } from '../../lambdas/shared/stores/endings';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { InMemoryEndings } from '../fakes/in-memory-endings';
import { documentClient as client, givenTable } from '../setup/tables';

const [first, second] = [aSubscriptionId(901), aSubscriptionId(902)];

describe.each<[string, () => Promise<EndingStore>]>([
  ['in memory', async () => new InMemoryEndings()],
  ['in DynamoDB', async () => new DynamoDbEndingStore({ client, tableName: await givenTable('hourlyUsage') })],
])('endings %s', (_, givenStore) => {
  it('remember when they were first noted', async () => {
    const endings = await givenStore();
    expect(await endings.open(first, NOON_MS)).toBe(NOON_MS);
    expect(await endings.open(first, NOON_MS + 60_000)).toBe(NOON_MS);
  });

  it('are due at once, then when they are postponed to, the longest due first', async () => {
    const endings = await givenStore();
    await endings.open(first, NOON_MS);
    await endings.open(second, NOON_MS);
    await endings.postpone(first, NOON_MS + 20);
    await endings.postpone(second, NOON_MS + 10);
    expect(await endings.listDue(NOON_MS + 9)).toEqual([]);
    expect(await endings.listDue(NOON_MS + 20)).toEqual([second, first]);
  });

  it('are forgotten when they are closed, and begin anew', async () => {
    const endings = await givenStore();
    await endings.close(first);
    await endings.open(first, NOON_MS);
    await endings.close(first);
    await endings.postpone(first, NOON_MS);
    expect(await endings.listDue(NOON_MS * 2)).toEqual([]);
    expect(await endings.open(first, NOON_MS + 60_000)).toBe(NOON_MS + 60_000);
    expect(await endings.listDue(NOON_MS + 60_000)).toEqual([first]);
  });
});

describe('an ending in DynamoDB', () => {
  it('is not taken for an hour that is due or unfinished', async () => {
    const tableName = await givenTable('hourlyUsage');
    await new DynamoDbEndingStore({ client, tableName }).open(first, NOON_MS);
    const hourlyUsage = new DynamoDbHourlyUsageStore({ client, tableName });
    expect(await hourlyUsage.listDue(NOON_MS * 2)).toEqual([]);
  });
});
