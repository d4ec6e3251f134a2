/** Says what `npm test` leaves out. */
const NOT_COMPARED =
  "Not compared with Amazon's DynamoDB Local: the stores, the flows and the embedded DynamoDB itself. " +
  'With Java 17 or newer, npm run test:dynamodb does that.';

export default async function globalTeardown(): Promise<void> {
  await globalThis.endTestRun?.();
  if (process.env.TEST_DYNAMODB_LOCAL === undefined) console.log(NOT_COMPARED);
}
