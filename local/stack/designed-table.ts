import { randomUUID } from 'node:crypto';
import { CreateTableCommand, type DynamoDBClient, type KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { TABLES, type KeyAttribute, type TableDesign, type TableName } from '../../lambdas/shared/contract/tables';

/** Creates a table with its real design but without a template. @returns its unique name. */
export async function createDesignedTable(client: DynamoDBClient, table: TableName): Promise<string> {
  const design: TableDesign = TABLES[table];
  const { partitionKey, sortKey, stream } = design;
  const indexes = Object.entries(design.indexes ?? {});
  const indexKeys = indexes.flatMap(([, index]) => [index.partitionKey, index.sortKey]);
  const keys = [partitionKey, ...(sortKey ? [sortKey] : []), ...indexKeys];
  const attributes = new Map(keys.map(({ name, type }) => [name, type]));
  const tableName = `${table}-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      KeySchema: keySchema(partitionKey, sortKey),
      ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
          IndexName,
          KeySchema: keySchema(index.partitionKey, index.sortKey),
          Projection: { ProjectionType: index.projection },
        })),
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
