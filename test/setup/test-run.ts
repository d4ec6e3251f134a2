import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDbServer } from '../../local/dynamodb/wire/server';

/**
 * One DynamoDB for the whole run, in which each test file makes its tables, and one folder for temporary files, which CDK
 * and others would otherwise leave on the machine.
 *
 * @returns what ends both.
 */
export async function startTestRun(startDynamoDb: () => Promise<DynamoDbServer>): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'test-run-'));
  process.env.TEST_RUN_FOLDER = folder;
  for (const variable of ['TMPDIR', 'TMP', 'TEMP']) process.env[variable] = folder;
  const dynamoDb = await startDynamoDb();
  process.env.TEST_DYNAMODB_ENDPOINT = dynamoDb.endpoint;
  return async () => {
    await dynamoDb.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
