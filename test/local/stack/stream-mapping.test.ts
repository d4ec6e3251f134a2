import { type AttributeValue, DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { LocalStack, StackOptions } from '../../../local/stack/local-stack';
import { until } from '../../../local/stack/until';
import { aClock, stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);
const client = new DynamoDBClient({ endpoint: process.env.TEST_DYNAMODB_ENDPOINT ?? '' });

describe('an event source mapping of a table stream', () => {
  it('delivers every change of a table in order and in Lambda’s format', async () => {
    const stack = await givenStream({ BatchSize: 1000 });

    await put(stack, { id: 'a', bytes: { B: Buffer.from('hi') }, nothing: { M: {} } });
    await update(stack, 'a', '1.5');
    await put(stack, { id: 'b' });
    await stack.drain();

    const records = delivered(stack).flat();
    expect(records).toMatchObject([
      {
        eventName: 'INSERT',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        dynamodb: { Keys: { pk: { S: 'a' } }, NewImage: { pk: { S: 'a' }, bytes: { B: 'aGk=' }, nothing: { M: {} } } },
      },
      { eventName: 'MODIFY', dynamodb: { NewImage: { quantity: { N: '1.5' } }, OldImage: { pk: { S: 'a' } } } },
      { eventName: 'INSERT', dynamodb: { Keys: { pk: { S: 'b' } } } },
    ]);
    expect(records[0]?.eventSourceARN).toMatch(/^arn:aws:dynamodb:us-east-1:\d{12}:table\/.+\/stream\/.+/);
    const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(numbers).toEqual([...numbers].sort());
  });

  it('fills stream batches up to BatchSize and lets a drain end the window', async () => {
    const stack = await givenStream({ BatchSize: 4, MaximumBatchingWindowInSeconds: 300 });
    for (let i = 0; i < 10; i += 1) await put(stack, { id: `item-${i}` });
    await until('two full batches', () => delivered(stack).length === 2);

    await stack.drain();

    expect(delivered(stack).map((batch) => batch.length)).toEqual([4, 4, 2]);
  });

  it('delivers only stream records that match a filter', async () => {
    const stack = await givenStream({ FilterCriteria: { Filters: [{ Pattern: '{"eventName":["MODIFY"]}' }] } });
    await put(stack, { id: 'a' });
    await update(stack, 'a', '2');
    await stack.drain();
    expect(delivered(stack).flat()).toMatchObject([{ eventName: 'MODIFY' }]);
  });

  it('continues a stream batch at the lowest sequence number reported as failed', async () => {
    const source = `
      let failed = false;
      export const handler = async ({ Records }) => {
        console.log(JSON.stringify({ Records }));
        const poison = failed ? [] : Records.filter((r) => ['b', 'c'].includes(r.dynamodb.Keys.pk.S));
        failed ||= poison.length > 0;
        return { batchItemFailures: poison.reverse().map((r) => ({ itemIdentifier: r.dynamodb.SequenceNumber })) };
      };`;
    const stack = await givenStream(
      { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumBatchingWindowInSeconds: 300 },
      source,
    );
    for (const id of ['a', 'b', 'c', 'd']) await put(stack, { id });
    await stack.drain();
    expect(delivered(stack).map(ids)).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'c', 'd'],
    ]);
  });

  it('isolates a poisoned record by bisecting, discards it after its retries, and keeps it in S3', async () => {
    const stack = await givenStream(
      {
        MaximumBatchingWindowInSeconds: 300,
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
      },
      throwsFor('c'),
    );
    for (const id of ['a', 'b', 'c', 'd']) await put(stack, { id });
    await stack.drain();

    const batches = delivered(stack).map(ids);
    expect(batches).toEqual([['a', 'b', 'c', 'd'], ['a', 'b'], ['c', 'd'], ['c'], ['c'], ['c'], ['d']]);
    const bucket = stack.bucket('Failed');
    const [key = ''] = bucket.keys();
    expect(bucket.keys()).toHaveLength(1);
    expect(key).toMatch(/^aws\/lambda\/.+\/shardId-.+\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-/);
    const record = z
      .object({ requestContext: z.unknown(), DDBStreamBatchInfo: z.unknown(), payload: z.string() })
      .parse(JSON.parse(bucket.get(key) ?? ''));
    expect(record).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      DDBStreamBatchInfo: { batchSize: 1 },
    });
    expect(ids(recordsSchema.parse(JSON.parse(record.payload)).Records)).toEqual(['c']);
    expect(stack.failures()).toContainEqual(expect.objectContaining({ kind: 'discarded' }));
  });

  it('discards the whole stream batch after its retries when bisecting is off', async () => {
    const stack = await givenStream({ MaximumBatchingWindowInSeconds: 300, MaximumRetryAttempts: 1 }, throwsFor('b'));
    for (const id of ['a', 'b', 'c']) await put(stack, { id });
    await stack.drain();
    await put(stack, { id: 'd' });
    await stack.drain();
    expect(delivered(stack).map(ids)).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], ['d']]);
  });

  it('names the mapping that is not idle when a drain times out', async () => {
    const stack = await givenStream({}, throwsFor('a'));
    await put(stack, { id: 'a' });
    await until('the second attempt', () => delivered(stack).length > 1);
    await expect(stack.drain({ limitMs: 1 })).rejects.toThrow(/stream Events → Fn: 1 records not delivered.*boom/);
  });

  it('delivers the deletion of an item whose time to live is over, although nobody asks for the table', async () => {
    const clock = aClock();
    // Amazon's DynamoDB Local goes by the machine's clock.
    const stack = await givenStream({}, throwsFor('nothing'), { clock, dynamodbEndpoint: undefined });
    const embedded = new DynamoDBClient({ endpoint: stack.dynamodbEndpoint });
    await put(stack, { id: 'a', expiresAt: { N: String(clock.now() / 1000 + 60) } }, embedded);
    embedded.destroy();
    await stack.drain();
    clock.advance(2 * 3_600_000);
    await stack.drain();
    expect(delivered(stack).flat()).toMatchObject([{ eventName: 'INSERT' }, { eventName: 'REMOVE' }]);
  });

  it('delivers what is written after a mapping starts at LATEST', async () => {
    const stack = await givenStream({ StartingPosition: 'LATEST' });
    await put(stack, { id: 'new' });
    await stack.drain();
    expect(delivered(stack).map(ids)).toEqual([['new']]);
  });
});

const recordSchema = z.object({
  eventSourceARN: z.string(),
  dynamodb: z.object({ SequenceNumber: z.string(), Keys: z.object({ pk: z.object({ S: z.string() }) }) }).loose(),
});
const recordsSchema = z.object({ Records: z.array(recordSchema.loose()) });
type Records = z.infer<typeof recordsSchema>['Records'];

function delivered(stack: LocalStack): Records[] {
  return stack
    .log('Fn')
    .flatMap((line) => (line.startsWith('{') ? [recordsSchema.parse(JSON.parse(line)).Records] : []));
}

function ids(records: Records): string[] {
  return records.map(({ dynamodb }) => dynamodb.Keys.pk.S);
}

function throwsFor(id: string): string {
  return `export const handler = async (event) => {
    console.log(JSON.stringify(event));
    if (event.Records.some((r) => r.dynamodb.Keys.pk.S === '${id}')) throw new Error('boom');
  };`;
}

function givenStream(
  mapping: Record<string, unknown>,
  source = throwsFor('nothing'),
  options: StackOptions = {},
): Promise<LocalStack> {
  const parts = {
    functions: { Fn: source },
    resources: {
      Events: {
        Type: 'AWS::DynamoDB::GlobalTable',
        Properties: {
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        },
      },
      Failed: { Type: 'AWS::S3::Bucket' },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          StartingPosition: 'TRIM_HORIZON',
          EventSourceArn: { 'Fn::GetAtt': ['Events', 'StreamArn'] },
          FunctionName: { Ref: 'Fn' },
          ...mapping,
        },
      },
    },
  };
  return start(parts, options);
}

async function put(
  stack: LocalStack,
  { id, ...attributes }: { id: string; [name: string]: string | AttributeValue },
  to = client,
): Promise<void> {
  const TableName = stack.table('Events');
  await to.send(new PutItemCommand({ TableName, Item: { pk: { S: id }, ...attributes } }));
}

async function update(stack: LocalStack, id: string, quantity: string): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: stack.table('Events'),
      Key: { pk: { S: id } },
      UpdateExpression: 'SET quantity = :q',
      ExpressionAttributeValues: { ':q': { N: quantity } },
    }),
  );
}
