import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { aTable, tableDesign, type Table } from './a-table';

let table: Table;

beforeEach(async () => {
  table = await aTable();
});

describe('A table', () => {
  it('is described with its keys, indexes and stream', async () => {
    await table.must('PutItem', { Item: { pk: { S: 'p' }, sk: { S: 's' } } });
    const { Table: described } = await table.must('DescribeTable');
    const { AttributeDefinitions, TableName: _, BillingMode: __, ...design } = tableDesign(table.name);
    expect(described).toMatchObject({
      ...design,
      TableStatus: 'ACTIVE',
      ItemCount: 1,
      AttributeDefinitions: expect.arrayContaining(AttributeDefinitions as unknown[]),
      LatestStreamArn: expect.stringMatching(new RegExp(`:table/${table.name}/stream/`)),
    });
  });

  it('is listed until it is deleted', async () => {
    // A page has 100 tables, and other test files may have more.
    const page = { TableName: undefined, ExclusiveStartTableName: table.name.slice(0, -1) };
    expect((await table.must('ListTables', page)).TableNames).toContain(table.name);
    await table.must('DeleteTable');
    expect(await table.refusal('DescribeTable')).toContain('ResourceNotFoundException');
  });

  it('is created once', async () => {
    const refusal = await table.refusal('CreateTable', tableDesign(table.name));
    expect(refusal).toBe('ResourceInUseException: Cannot create preexisting table');
  });

  it.each([
    [
      'too many attributes',
      {
        AttributeDefinitions: [
          ...(tableDesign('x').AttributeDefinitions as object[]),
          { AttributeName: 'more', AttributeType: 'S' },
        ],
      },
    ],
    ['too few attributes', { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] }],
    ['no partition key', { KeySchema: [{ AttributeName: 'pk', KeyType: 'RANGE' }] }],
  ])('is refused with %s', async (_what, input) => {
    const design = { ...tableDesign(`refused-${randomUUID()}`), ...input };
    expect(await table.refusal('CreateTable', design)).toContain('ValidationException');
  });

  it('has a time to live once it is enabled', async () => {
    const enable = { TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' } };
    expect((await table.must('DescribeTimeToLive')).TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect(await table.must('UpdateTimeToLive', enable)).toEqual(enable);
    const { TimeToLiveDescription } = await table.must('DescribeTimeToLive');
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
    expect(await table.refusal('UpdateTimeToLive', enable)).toContain('TimeToLive is already enabled');
  });
});
