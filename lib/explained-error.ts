/** An error that the person deploying can fix. The message says how, so it is shown without a stack trace. */
export class ExplainedError extends Error {
  override readonly name: string = 'ExplainedError';
}
