import { startDynamoDbLocal } from '../../proofs/dynamodb-local/dynamodb-local';
import { startTestRun } from './test-run';

/** The tests of `npm run test:dynamodb` run on Amazon's DynamoDB Local. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const end = await startTestRun(startDynamoDbLocal);
  process.env.TEST_DYNAMODB_LOCAL = process.env.TEST_DYNAMODB_ENDPOINT;
  return end;
}
