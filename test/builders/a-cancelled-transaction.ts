import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** DynamoDB's answer to a transaction that wrote nothing, with a code for each part; by default another one held an item. */
export function aCancelledTransaction(...codes: string[]): TransactionCanceledException {
  const given = codes.length > 0 ? codes : ['TransactionConflict', 'None'];
  const CancellationReasons = given.map((Code) => ({ Code }));
  return new TransactionCanceledException({ message: '', $metadata: {}, CancellationReasons });
}
