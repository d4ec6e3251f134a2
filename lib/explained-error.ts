/** Something the person deploying can put right: its message says all that is needed, so it is shown without a stack. */
export class ExplainedError extends Error {
  override readonly name: string = 'ExplainedError';
}
