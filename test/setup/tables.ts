import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableName } from '../../lambdas/shared/contract/tables';
import { documentClientOf } from '../../lambdas/shared/runtime/dynamodb-client';
import type { Database } from '../../lambdas/shared/stores/database';
import { createDesignedTable } from '../../local/stack/designed-table';

const client = new DynamoDBClient({ endpoint: process.env.TEST_DYNAMODB_ENDPOINT ?? '' });

/** The same document client as production's, on the test run's DynamoDB. */
const documentClient = documentClientOf(client);

/** New, empty tables of these designs in the test run's DynamoDB, under names that nobody else has. */
export async function openTables<Table extends TableName>(...tables: Table[]): Promise<Database<Table>> {
  const created = tables.map(async (table) => [table, await createDesignedTable(client, table)] as const);
  const names = Object.fromEntries(await Promise.all(created)) as Record<Table, string>;
  return { client: documentClient, tables: names, sleep: async () => undefined };
}
