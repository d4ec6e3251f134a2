/** Another writer is at work, or DynamoDB is busy: nothing was decided. The stream, the queue or the next run tries again. */
export class RetryLaterError extends Error {
  override readonly name: string = 'RetryLaterError';
}
