import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TableName } from '../contract/tables';

/** The document client and the table names of a store. */
export interface Database<Table extends TableName> {
  client: DynamoDBDocumentClient;
  tables: Record<Table, string>;
  /** Waits between the attempts of one request. */
  sleep(ms: number): Promise<void>;
}
