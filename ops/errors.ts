/** Something that the operator can put right: its message says all that is needed, so it is shown without a stack. */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** The command was called in a way it cannot work: exit code 2. */
export class UsageError extends OperatorError {
  override readonly name = 'UsageError';
}

/** What AWS's errors mean for the person at the terminal; anything else is shown by its name and message. */
const HINTS: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'There are no AWS credentials: log in, or add --local for the stack of `npm start`.',
  ExpiredTokenException: 'The AWS credentials have expired: log in again.',
  ExpiredToken: 'The AWS credentials have expired: log in again.',
  UnrecognizedClientException: 'AWS does not know these credentials: log in again.',
  AccessDeniedException: 'These credentials may not do that. docs/security.md lists what an operator needs.',
  AccessDenied: 'These credentials may not do that. docs/security.md lists what an operator needs.',
  ResourceNotFoundException: 'The stack names a table that does not exist (any more).',
};

/** An error in a sentence or two, without its stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const hint = HINTS[error.name];
  return hint === undefined ? `${error.name}: ${error.message}` : `${hint}\n(${error.name}: ${error.message})`;
}
