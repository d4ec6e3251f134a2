import { beforeEach, describe, expect, it } from 'vitest';
import { aTable, type Table } from './a-table';

interface Change {
  eventName: string;
  dynamodb: { Keys: unknown; NewImage?: unknown; OldImage?: unknown; SequenceNumber: string };
}

let table: Table;
let StreamArn: unknown;
let ShardId: string;
const Key = { pk: { S: 'p' }, sk: { S: 's' } };

beforeEach(async () => {
  table = await aTable();
  const { Table: description } = (await table.must('DescribeTable')) as { Table: { LatestStreamArn: string } };
  StreamArn = description.LatestStreamArn;
  const { StreamDescription } = await table.must('DescribeStream', { StreamArn, TableName: undefined });
  ShardId = (StreamDescription as { Shards: { ShardId: string }[] }).Shards[0]?.ShardId ?? '';
});

async function read(position: object): Promise<Change[]> {
  const { ShardIterator } = await table.must('GetShardIterator', {
    StreamArn,
    ShardId,
    TableName: undefined,
    ...position,
  });
  return (await table.must('GetRecords', { ShardIterator, TableName: undefined })).Records as Change[];
}

const all = async () => read({ ShardIteratorType: 'TRIM_HORIZON' });
const shown = (changes: Change[]) =>
  changes.map(({ eventName, dynamodb: { NewImage, OldImage } }) => [eventName, OldImage, NewImage]);

describe('The stream of a table', () => {
  it('tells every change with both images', async () => {
    await table.must('PutItem', { Item: { ...Key, n: { N: '1' } } });
    await table.must('UpdateItem', { Key, UpdateExpression: 'SET n = n + n' });
    await table.must('DeleteItem', { Key });
    const [one, two] = [
      { ...Key, n: { N: '1' } },
      { ...Key, n: { N: '2' } },
    ];
    const changes = await all();
    expect(shown(changes)).toEqual([
      ['INSERT', undefined, one],
      ['MODIFY', one, two],
      ['REMOVE', two, undefined],
    ]);
    expect(changes.map(({ dynamodb }) => dynamodb.Keys)).toEqual([Key, Key, Key]);
  });

  it('tells nothing of a write that changes nothing', async () => {
    await table.must('PutItem', { Item: { ...Key, n: { N: '1' } } });
    await table.must('PutItem', { Item: { ...Key, n: { N: '1.0' } } });
    await table.must('DeleteItem', { Key: { pk: { S: 'p' }, sk: { S: 'nothing' } } });
    expect((await all()).map(({ eventName }) => eventName)).toEqual(['INSERT']);
  });

  it('is read from any record', async () => {
    const of = async (sk: string) => table.must('PutItem', { Item: { pk: { S: 'p' }, sk: { S: sk } } });
    for (const sk of ['1', '2', '3']) await of(sk);
    const numbers = (await all()).map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(numbers.toSorted()).toEqual(numbers);
    const from = async (ShardIteratorType: string) =>
      (await read({ ShardIteratorType, SequenceNumber: numbers[1] })).map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(await from('AT_SEQUENCE_NUMBER')).toEqual(numbers.slice(1));
    expect(await from('AFTER_SEQUENCE_NUMBER')).toEqual(numbers.slice(2));
    expect(await read({ ShardIteratorType: 'LATEST' })).toEqual([]);
  });

  it('goes on where a read ended', async () => {
    await table.must('PutItem', { Item: { pk: { S: 'p' }, sk: { S: 'first' } } });
    const iterator = { StreamArn, ShardId, ShardIteratorType: 'LATEST', TableName: undefined };
    const { ShardIterator } = await table.must('GetShardIterator', iterator);
    const { NextShardIterator } = await table.must('GetRecords', { ShardIterator, TableName: undefined });
    await table.must('PutItem', { Item: Key });
    const { Records } = await table.must('GetRecords', { ShardIterator: NextShardIterator, TableName: undefined });
    expect(Records).toHaveLength(1);
  });

  it('tells nothing of a transaction that was cancelled', async () => {
    const check = {
      ConditionCheck: { Key: { pk: { S: 'x' }, sk: { S: 'x' } }, ConditionExpression: 'attribute_exists(pk)' },
    };
    await table.ask('TransactWriteItems', { TransactItems: [{ Put: { Item: Key } }, check] });
    expect(await all()).toEqual([]);
  });
});
