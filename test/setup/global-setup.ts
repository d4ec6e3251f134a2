import { startDynamoDbLocal, type DynamoDbLocal } from '../../local/stack/dynamodb-local';

declare global {
  var dynamoDbLocal: DynamoDbLocal | undefined;
}

/** One DynamoDB Local for the whole run; each test file makes tables of its own in it. */
export default async function globalSetup(): Promise<void> {
  globalThis.dynamoDbLocal = await startDynamoDbLocal();
  process.env.TEST_DYNAMODB_ENDPOINT = globalThis.dynamoDbLocal.endpoint;
}
