import { startEmbeddedDynamoDb } from '../../local/dynamodb/wire/server';
import { startTestRun } from './test-run';

/** Says what `npm test` leaves out. */
const NOT_COMPARED =
  "Not compared with Amazon's DynamoDB Local: the stores, the flows and the embedded DynamoDB itself. " +
  'With Java 17 or newer, npm run test:dynamodb does that.';

/** The tests' DynamoDB is the embedded one, so that Node is all they need. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const end = await startTestRun(startEmbeddedDynamoDb);
  return async () => {
    await end();
    console.log(NOT_COMPARED);
  };
}
