import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TableName } from '../../lambdas/shared/contract/tables';
import { DOCUMENT_TRANSLATION } from '../../lambdas/shared/runtime/dynamodb-client';
import { createDesignedTable } from '../../local/stack/designed-table';

const client = new DynamoDBClient({ endpoint: process.env.TEST_DYNAMODB_ENDPOINT ?? '' });

/** The same document client as production's, on the test run's DynamoDB Local. */
export const documentClient = DynamoDBDocumentClient.from(client, DOCUMENT_TRANSLATION);

/** Makes a table of the real design under a name nobody else has, and gives the name. */
export async function givenTable(table: TableName): Promise<string> {
  return createDesignedTable(client, table);
}
