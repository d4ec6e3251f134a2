import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Agreement } from '../../simulator';
import { RunningStack } from './a-running-stack';

const NOW = '2026-07-14T09:20:00Z';

let running: RunningStack;
let client: DynamoDBDocumentClient;
let agreement: Agreement;
let subscriptionId: string;

beforeAll(async () => {
  running = await RunningStack.start({ now: NOW });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const endpoint = running.stack.dynamodbEndpoint;
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }));
  agreement = running.subscribe();
  subscriptionId = await running.register(agreement);
}, 240_000);

afterAll(async () => {
  client.destroy();
  await running.stop();
});

/** An application puts an item by itself, without the condition. */
async function put(id: string, overrides: Record<string, unknown> = {}): Promise<string> {
  const pk = `${subscriptionId}##${id}`;
  const times = { time: NOW, receivedAt: NOW, expiresAt: 1_800_000_000 };
  const Item = { pk, subscriptionId, source: '', id, dimension: 'events', quantity: 2, ...times, ...overrides };
  await client.send(new PutCommand({ TableName: running.stack.table('UsageEvents'), Item }));
  return pk;
}

const told = (kind: string) => running.notices().filter((notice) => notice.kind === kind);

describe('what is not billed', () => {
  it('is told on the bus, once for each item that was set aside or written over', async () => {
    const malformed = await put('malformed', { quantity: 'many' });
    const overwritten = await put('overwritten');
    await running.settled();
    await put('overwritten', { quantity: 9 });
    await put('nobody', { subscriptionId: '' });
    await running.settled();
    expect(told('UsageRejected')).toMatchObject([
      { subscriptionId, reason: 'malformed', usageEventPk: malformed },
      { subscriptionId, reason: 'overwritten', usageEventPk: overwritten },
      { reason: 'malformed', noticeId: expect.stringMatching(/^unknown#setAside#/) },
    ]);
  });

  it('is told on the bus at once when something else metered the hour', async () => {
    const { accountId: CustomerAWSAccountId, licenseArn: LicenseArn } = agreement;
    const Timestamp = Math.floor(running.clock.now() / 1000);
    const theirs = { CustomerAWSAccountId, LicenseArn, Dimension: 'events', Quantity: 40, Timestamp };
    const answer = running.marketplace.marketplace.call('BatchMeterUsage', { UsageRecords: [theirs] });
    expect(answer).toMatchObject({ output: { Results: [{ Status: 'Success' }] } });
    await running.stack.runHour();
    await running.settled();
    expect(running.billed(agreement)).toEqual({ events: 40n });
    expect(told('MeteringRejected')).toMatchObject([
      {
        ...{ subscriptionId, hour: '2026-07-14T09', dimension: 'events' },
        ...{ outcome: 'rejected', reason: 'conflict', quantity: '2', subscriptionVersion: expect.any(Number) },
        record: { licenseArn: LicenseArn, quantity: 2 },
      },
    ]);
    expect(running.stack.failures()).toEqual([]);
  });
});
