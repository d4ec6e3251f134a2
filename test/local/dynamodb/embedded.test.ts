import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedDynamoDb, type DynamoDbServer } from '../../../local/dynamodb/wire/server';
import { tableDesign } from './a-table';
import { send, type WireAnswer } from './wire-client';

/* What only the embedded engine promises: it refuses what it does not know, and goes by a clock that it is given. */

const START_MS = Date.parse('2026-07-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const TableName = 'embedded';
let nowMs = START_MS;
let server: DynamoDbServer;

const ask = async (operation: string, input: object): Promise<WireAnswer> =>
  send(server.endpoint, { operation, input: { TableName, ...input } });

beforeAll(async () => {
  server = await startEmbeddedDynamoDb({ now: () => nowMs });
  await ask('CreateTable', tableDesign(TableName));
});
afterAll(async () => server.stop());

describe('The embedded DynamoDB', () => {
  it.each([{ host: 'evil.example' }, { origin: 'https://evil.example' }])(
    'answers no other page: %j',
    async (headers) => {
      const { port } = new URL(server.endpoint);
      const status = await new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port, method: 'POST', headers: { authorization: 'AWS4-HMAC-SHA256', ...headers } })
          .on('response', (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end('{}');
      });
      expect(status).toBe(403);
    },
  );
});

describe('What the embedded DynamoDB does not know', () => {
  it.each([
    ['ExecuteStatement', { Statement: 'SELECT * FROM x' }, 'the operation ExecuteStatement'],
    ['PutItem', { Item: {}, Expected: {} }, 'the parameter Expected of PutItem'],
    ['Query', { KeyConditions: {} }, 'the parameter KeyConditions of Query'],
    [
      'Query',
      { KeyConditionExpression: 'pk = :p', Select: 'ALL_PROJECTED_ATTRIBUTES' },
      'Select: ALL_PROJECTED_ATTRIBUTES',
    ],
    ['CreateTable', { BillingMode: 'PROVISIONED' }, 'the billing mode PROVISIONED'],
    ['CreateTable', { LocalSecondaryIndexes: [] }, 'the parameter LocalSecondaryIndexes of CreateTable'],
  ])('is refused loudly: %s %j', async (operation, input, what) => {
    const { status, body } = await ask(operation, {
      ...(operation === 'CreateTable' && tableDesign('other')),
      ...input,
    });
    expect(status).toBe(400);
    expect(body.message).toContain(`The embedded DynamoDB does not support ${what}.`);
  });

  it('is a request that is not signed', async () => {
    const response = await fetch(server.endpoint, { method: 'POST', body: '{}' });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('MissingAuthenticationToken'),
    ]);
  });
});

describe('An item with a time to live', () => {
  const Key = { pk: { S: 'p' }, sk: { S: 'expires' } };
  const there = async () => (await ask('GetItem', { Key })).body.Item !== undefined;

  it('is deleted within an hour of its time, and the stream tells so', async () => {
    await ask('UpdateTimeToLive', { TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' } });
    await ask('PutItem', { Item: { ...Key, expiresAt: { N: String(START_MS / 1000 + 5400) } } });
    nowMs = START_MS + HOUR_MS;
    expect(await there()).toBe(true);
    nowMs = START_MS + 3 * HOUR_MS;
    expect(await there()).toBe(false);
    expect((await changes()).at(-1)).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' },
      dynamodb: { ApproximateCreationDateTime: nowMs / 1000 },
    });
  });
});

async function changes(): Promise<object[]> {
  const { body } = await ask('DescribeTable', {});
  const { LatestStreamArn: StreamArn } = body.Table as { LatestStreamArn: string };
  const stream = async (operation: string, input: object) =>
    (await send(server.endpoint, { operation, input: { ...input } })).body;
  const { StreamDescription } = await stream('DescribeStream', { StreamArn });
  const { ShardId } = (StreamDescription as { Shards: [{ ShardId: string }] }).Shards[0];
  const { ShardIterator } = await stream('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
  return (await stream('GetRecords', { ShardIterator })).Records as object[];
}
