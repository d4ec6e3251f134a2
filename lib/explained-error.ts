/** An error that the person deploying can fix. The message says how, so it is shown without a stack trace. */
export class ExplainedError extends Error {
  /** Tells it from other errors, also between two copies of the package. */
  override readonly name: string = 'ExplainedError';
}
