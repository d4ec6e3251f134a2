import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** Why each write of a cancelled transaction was refused, in order; empty when `error` is something else. */
export function cancellationCodes(error: unknown): (string | undefined)[] {
  if (!(error instanceof TransactionCanceledException)) return [];
  return (error.CancellationReasons ?? []).map(({ Code }) => Code);
}
