import { describe, expect, it } from '@jest/globals';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import {
  CALL_INTERVAL_MS,
  DynamoDbMeteringQuota,
  type MeteringQuota,
} from '../../lambdas/shared/stores/metering-quota';
import {
  DynamoDbUsageEventStore,
  parseUsageEventItem,
  type UsageEventStore,
} from '../../lambdas/shared/stores/usage-events';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';
import { InMemoryMeteringQuota } from '../fakes/in-memory-metering-quota';
import { InMemoryUsageEvents } from '../fakes/in-memory-usage-events';
import { documentClient as client, givenTable } from '../setup/tables';

describe.each<[string, () => Promise<UsageEventStore>]>([
  ['in memory', async () => new InMemoryUsageEvents()],
  ['in DynamoDB', async () => new DynamoDbUsageEventStore({ client, tableName: await givenTable('usageEvents') })],
])('usage events %s', (_, givenStore) => {
  it('are stored once by subscription, source and id', async () => {
    const store = await givenStore();
    const event = aUsageEvent({ source: 'app' });
    expect(await store.put(event, 9_999_999_999)).toBe('stored');
    expect(await store.put({ ...event, quantity: decimal(99) }, 9_999_999_999)).toBe('duplicate');
    expect(await store.put({ ...event, source: 'other' }, 9_999_999_999)).toBe('stored');
    expect(await store.put({ ...event, subscriptionId: 's-other' }, 9_999_999_999)).toBe('stored');
  });
});

describe('usage event items in DynamoDB', () => {
  it('come back with every digit and the first quantity', async () => {
    const tableName = await givenTable('usageEvents');
    const store = new DynamoDbUsageEventStore({ client, tableName });
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

describe.each<[string, () => Promise<MeteringQuota>]>([
  ['in memory', async () => new InMemoryMeteringQuota()],
  ['in DynamoDB', async () => new DynamoDbMeteringQuota({ client, tableName: await givenTable('hourlyUsage') })],
])('the metering quota %s', (_, givenQuota) => {
  it('gives slots apart, however many ask at once', async () => {
    const quota = await givenQuota();
    const slots = await Promise.all(Array.from({ length: 8 }, () => quota.takeSlot(NOON_MS)));
    expect(slots.sort()).toEqual(Array.from({ length: 8 }, (_, n) => NOON_MS + n * CALL_INTERVAL_MS));
  });

  it('is idle again after a while, and when the clock was set back', async () => {
    const quota = await givenQuota();
    await quota.takeSlot(NOON_MS);
    expect(await quota.takeSlot(NOON_MS + 60_000)).toBe(NOON_MS + 60_000);
    expect(await quota.takeSlot(NOON_MS - 86_400_000)).toBe(NOON_MS - 86_400_000);
  });
});
