import { startEmbeddedDynamoDb } from '../../local/dynamodb/wire/server';
import { startTestRun } from './test-run';

/** The tests' DynamoDB is the embedded one, so that Node is all they need. */
export default async function globalSetup(): Promise<void> {
  await startTestRun(startEmbeddedDynamoDb);
}
