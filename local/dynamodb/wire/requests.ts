import * as z from 'zod';
import { readItem } from './attribute-values';

/*
 * The members of each request that the engine understands. A member that is not listed is refused, so that nothing is
 * ignored silently.
 */

const item = z.unknown().transform(readItem);
const tableName = { TableName: z.string() };
const placeholders = {
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: item.optional(),
};
const capacity = {
  ReturnConsumedCapacity: z.enum(['NONE', 'TOTAL', 'INDEXES']).optional(),
  ReturnItemCollectionMetrics: z.literal('NONE').optional(),
};
const onFailure = { ReturnValuesOnConditionCheckFailure: z.enum(['NONE', 'ALL_OLD']).optional() };
const condition = { ...tableName, ...placeholders, ...onFailure, ConditionExpression: z.string().optional() };
const returnValues = z.enum(['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']).optional();

const projected = {
  ProjectionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
};
const reading = {
  ...tableName,
  ...placeholders,
  ...capacity,
  IndexName: z.string().optional(),
  FilterExpression: z.string().optional(),
  ProjectionExpression: z.string().optional(),
  ExclusiveStartKey: item.optional(),
  ConsistentRead: z.boolean().optional(),
  Limit: z.int().optional(),
  Select: z.enum(['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'COUNT', 'SPECIFIC_ATTRIBUTES']).optional(),
};

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const keysAndAttributes = z.strictObject({ Keys: z.array(item), ConsistentRead: z.boolean().optional(), ...projected });

export const REQUESTS = {
  GetItem: z.strictObject({
    ...tableName,
    ...projected,
    ...capacity,
    Key: item,
    ConsistentRead: z.boolean().optional(),
  }),
  PutItem: z.strictObject({ ...condition, ...capacity, Item: item, ReturnValues: returnValues }),
  UpdateItem: z.strictObject({
    ...condition,
    ...capacity,
    Key: item,
    UpdateExpression: z.string().optional(),
    ReturnValues: returnValues,
  }),
  DeleteItem: z.strictObject({ ...condition, ...capacity, Key: item, ReturnValues: returnValues }),
  Query: z.strictObject({
    ...reading,
    KeyConditionExpression: z.string().optional(),
    ScanIndexForward: z.boolean().optional(),
  }),
  Scan: z.strictObject({ ...reading, Segment: z.int().optional(), TotalSegments: z.int().optional() }),
  BatchGetItem: z.strictObject({ ...capacity, RequestItems: z.record(z.string(), keysAndAttributes) }),
  BatchWriteItem: z.strictObject({
    ...capacity,
    RequestItems: z.record(
      z.string(),
      z.array(
        z.strictObject({
          PutRequest: z.strictObject({ Item: item }).optional(),
          DeleteRequest: z.strictObject({ Key: item }).optional(),
        }),
      ),
    ),
  }),
  TransactGetItems: z.strictObject({
    ...capacity,
    TransactItems: z.array(z.strictObject({ Get: z.strictObject({ ...tableName, ...projected, Key: item }) })),
  }),
  TransactWriteItems: z.strictObject({
    ...capacity,
    ClientRequestToken: z.string().optional(),
    TransactItems: z.array(
      z.strictObject({
        Put: z.strictObject({ ...condition, Item: item }).optional(),
        Update: z.strictObject({ ...condition, Key: item, UpdateExpression: z.string() }).optional(),
        Delete: z.strictObject({ ...condition, Key: item }).optional(),
        ConditionCheck: z.strictObject({ ...condition, Key: item, ConditionExpression: z.string() }).optional(),
      }),
    ),
  }),
  CreateTable: z.strictObject({
    ...tableName,
    BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional(),
    AttributeDefinitions: z.array(
      z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
    ),
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z
      .array(
        z.strictObject({
          IndexName: z.string(),
          KeySchema: keySchema,
          Projection: z.strictObject({
            ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).optional(),
            NonKeyAttributes: z.array(z.string()).optional(),
          }),
        }),
      )
      .optional(),
    StreamSpecification: z
      .strictObject({
        StreamEnabled: z.boolean(),
        StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']).optional(),
      })
      .optional(),
  }),
  DescribeTable: z.strictObject(tableName),
  DeleteTable: z.strictObject(tableName),
  ListTables: z.strictObject({
    Limit: z.int().min(1).max(100).optional(),
    ExclusiveStartTableName: z.string().optional(),
  }),
  UpdateTimeToLive: z.strictObject({
    ...tableName,
    TimeToLiveSpecification: z.strictObject({ Enabled: z.boolean(), AttributeName: z.string().min(1).max(255) }),
  }),
  DescribeTimeToLive: z.strictObject(tableName),
  ListStreams: z.strictObject({ TableName: z.string().optional() }),
  DescribeStream: z.strictObject({ StreamArn: z.string(), ExclusiveStartShardId: z.string().optional() }),
  GetShardIterator: z.strictObject({
    StreamArn: z.string(),
    ShardId: z.string(),
    ShardIteratorType: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']),
    SequenceNumber: z.string().optional(),
  }),
  GetRecords: z.strictObject({ ShardIterator: z.string(), Limit: z.int().optional() }),
};

export type OperationName = keyof typeof REQUESTS;
export type RequestOf<Name extends OperationName> = z.infer<(typeof REQUESTS)[Name]>;
