import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, type KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, NumberValue } from '@aws-sdk/lib-dynamodb';
import { TABLES, type KeyAttribute, type TableDesign, type TableName } from '../../lambdas/shared/contract/tables';

const client = new DynamoDBClient({ endpoint: process.env.TEST_DYNAMODB_ENDPOINT ?? '' });

/** The same document client as production's, on the test run's DynamoDB Local. */
export const documentClient = DynamoDBDocumentClient.from(client, {
  marshallOptions: { removeUndefinedValues: true },
  unmarshallOptions: { wrapNumbers: (value) => NumberValue.from(value) },
});

/** Makes a table of the real design under a name nobody else has, and gives the name. */
export async function givenTable(table: TableName): Promise<string> {
  const design: TableDesign = TABLES[table];
  const { partitionKey, sortKey, stream, index } = design;
  const keys = [partitionKey, sortKey, index?.partitionKey, index?.sortKey].filter((key) => key !== undefined);
  const attributes = new Map(keys.map(({ name, type }) => [name, type]));
  const tableName = `${table}-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      KeySchema: keySchema(partitionKey, sortKey),
      ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
      ...(index && {
        GlobalSecondaryIndexes: [
          {
            IndexName: index.name,
            KeySchema: keySchema(index.partitionKey, index.sortKey),
            Projection: { ProjectionType: index.projection },
          },
        ],
      }),
    }),
  );
  return tableName;
}

function keySchema(partitionKey: KeyAttribute, sortKey: KeyAttribute | undefined): KeySchemaElement[] {
  return [
    { AttributeName: partitionKey.name, KeyType: 'HASH' },
    ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: 'RANGE' as const }] : []),
  ];
}
