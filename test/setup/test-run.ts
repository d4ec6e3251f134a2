import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDbServer } from '../../local/dynamodb/wire/server';

declare global {
  var endTestRun: (() => Promise<void>) | undefined;
}

/** One DynamoDB for the whole run, in which each test file makes tables of its own, and one folder of assemblies. */
export async function startTestRun(dynamoDb: DynamoDbServer): Promise<void> {
  const assemblies = mkdtempSync(join(tmpdir(), 'assemblies-'));
  process.env.TEST_DYNAMODB_ENDPOINT = dynamoDb.endpoint;
  process.env.TEST_ASSEMBLIES = assemblies;
  globalThis.endTestRun = async () => {
    await dynamoDb.stop();
    rmSync(assemblies, { recursive: true, force: true });
  };
}
