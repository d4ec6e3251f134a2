import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamoDbLocal, type DynamoDbLocal } from '../../local/stack/dynamodb-local';

declare global {
  var dynamoDbLocal: DynamoDbLocal | undefined;
}

/** One DynamoDB Local for the whole run, in which each test file makes tables of its own, and one folder of assemblies. */
export default async function globalSetup(): Promise<void> {
  globalThis.dynamoDbLocal = await startDynamoDbLocal();
  process.env.TEST_DYNAMODB_ENDPOINT = globalThis.dynamoDbLocal.endpoint;
  process.env.TEST_ASSEMBLIES = mkdtempSync(join(tmpdir(), 'assemblies-'));
}
