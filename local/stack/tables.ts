import {
  CreateTableCommand,
  DeleteTableCommand,
  UpdateTimeToLiveCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Named } from './names';
import type { Resource } from './resources';

export interface Table extends Named {
  arn: string;
  /** The stream's ARN in DynamoDB. The template's `StreamArn` is `<arn>/stream/local`. */
  streamArn: string | undefined;
}

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const projectionSchema = z.object({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).optional(),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const indexSchema = z.object({ IndexName: z.string(), KeySchema: keySchema, Projection: projectionSchema });

/** The properties that matter to a program. Capacity, class, encryption, recovery and tags do not. */
const propertiesSchema = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(indexSchema).optional(),
  LocalSecondaryIndexes: z.array(indexSchema).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) })
    .optional(),
});

export interface TableContext {
  dynamoDb: DynamoDBClient;
  /** Whether items expire: only where DynamoDB goes by the stack's clock. */
  itemsExpire: boolean;
}

/** Creates the table of an `AWS::DynamoDB::Table` or `GlobalTable`, always with on-demand capacity. */
export async function createTable(resource: Resource, { dynamoDb: client, itemsExpire }: TableContext): Promise<Table> {
  const { logicalId, name, physicalName, arn } = resource;
  const { StreamSpecification, TimeToLiveSpecification, ...design } = propertiesSchema.parse(resource.properties);
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      ...design,
      TableName: physicalName,
      BillingMode: 'PAY_PER_REQUEST',
      ...(StreamSpecification && { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
    }),
  );
  if (itemsExpire && TimeToLiveSpecification?.Enabled === true) {
    await client.send(new UpdateTimeToLiveCommand({ TableName: physicalName, TimeToLiveSpecification }));
  }
  return { logicalId, name, physicalName, arn, streamArn: TableDescription?.LatestStreamArn };
}

export async function deleteTable({ physicalName }: Table, client: DynamoDBClient): Promise<void> {
  await client.send(new DeleteTableCommand({ TableName: physicalName }));
}
