/** An error that the operator can fix. The message says how, so it is shown without a stack trace. */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** The command line is wrong: exit code 2. */
export class UsageError extends OperatorError {
  override readonly name = 'UsageError';
}

/** What to do about common AWS errors. Other errors are shown by name and message. */
const HINTS: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'There are no AWS credentials. Log in, or add --local to use the stack of `npm start`.',
  ExpiredTokenException: 'The AWS credentials have expired. Log in again.',
  ExpiredToken: 'The AWS credentials have expired. Log in again.',
  UnrecognizedClientException: 'AWS does not recognize these credentials. Log in again.',
  AccessDeniedException: 'These credentials lack a permission. See "The operator" in docs/security.md.',
  AccessDenied: 'These credentials lack a permission. See "The operator" in docs/security.md.',
  ResourceNotFoundException: 'A table that the stack names does not exist. Check --stack, or deploy the stack again.',
};

/** An error in one or two sentences, without a stack trace. */
export function sentenceOf(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const hint = HINTS[error.name];
  if (hint === undefined) return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
  return `${hint}\n(${error.name}: ${error.message})`;
}
