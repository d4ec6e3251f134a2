import { describe, expect, it } from 'vitest';
import { replacements } from '../../../local/stack/replacements';
import { templateSchema } from '../../../local/stack/template';

const attributes = (...names: string[]) =>
  names.map((AttributeName) => ({ AttributeName, AttributeType: AttributeName === 'dueAt' ? 'N' : 'S' }));
const keys = (...names: string[]) =>
  names.map((AttributeName, n) => ({ AttributeName, KeyType: n === 0 ? 'HASH' : 'RANGE' }));
const due = { IndexName: 'due', KeySchema: keys('dueAt'), Projection: { ProjectionType: 'KEYS_ONLY' } };
const TABLE = {
  KeySchema: keys('pk', 'sk'),
  AttributeDefinitions: attributes('pk', 'sk', 'dueAt'),
  GlobalSecondaryIndexes: [due],
  StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
};

const template = (Properties: object, Type = 'AWS::DynamoDB::Table') =>
  templateSchema.parse({ Resources: { Kept: { Type, Properties } } });
const NOTHING = templateSchema.parse({ Resources: {} });

describe('what an update would replace', () => {
  it.each<[string, object, string | undefined]>([
    ['nothing, when a table stays as it is', TABLE, undefined],
    [
      'nothing, when a table gets another index',
      { ...TABLE, GlobalSecondaryIndexes: [{ ...due, IndexName: 'x' }, due] },
      undefined,
    ],
    ['nothing, when a table gets another class', { ...TABLE, TableClass: 'STANDARD_INFREQUENT_ACCESS' }, undefined],
    ['nothing, when backups are turned on', { ...TABLE, PointInTimeRecoverySpecification: {} }, undefined],
    ['a table with another sort key', { ...TABLE, KeySchema: keys('pk', 'hour') }, 'KeySchema'],
    [
      'a table whose key has another type',
      { ...TABLE, AttributeDefinitions: [...attributes('pk', 'sk'), { AttributeName: 'dueAt', AttributeType: 'S' }] },
      'AttributeDefinitions',
    ],
    ['a table without an index that it had', { ...TABLE, GlobalSecondaryIndexes: [] }, 'GlobalSecondaryIndexes'],
    [
      'a table whose stream has another view',
      { ...TABLE, StreamSpecification: { StreamViewType: 'KEYS_ONLY' } },
      'StreamSpecification',
    ],
    ['a table that gets a name', { ...TABLE, TableName: 'hours' }, 'TableName'],
  ])('is %s', (_, after, property) => {
    const expected = property === undefined ? [] : [{ logicalId: 'Kept', type: 'AWS::DynamoDB::Table', property }];
    expect(replacements(template(TABLE), template(after))).toEqual(expected);
  });

  it('is a bucket, a queue or a bus that is gone, and no function', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::Events::EventBus'])
      expect(replacements(template({}, type), NOTHING)).toEqual([{ logicalId: 'Kept', type }]);
    expect(replacements(template({}, 'AWS::Lambda::Function'), NOTHING)).toEqual([]);
  });
});
