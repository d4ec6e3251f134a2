/** An exception returned by an AWS service, as its SDK client throws it. */
interface ServiceException {
  $metadata: { httpStatusCode?: number };
}

const THROTTLES = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded']);

/**
 * The HTTP status of the service's response; undefined when the call failed without a response.
 * @param Exception - the base class of the client's exceptions
 */
export function statusOf(
  error: unknown,
  Exception: abstract new (...args: never[]) => ServiceException,
): number | undefined {
  return error instanceof Exception ? error.$metadata.httpStatusCode : undefined;
}

/** Whether AWS throttled the request: it had no effect, and may succeed later. */
export function isThrottle(name: string, status: number | undefined): boolean {
  return THROTTLES.has(name) || status === 429;
}

/** Whether AWS refused the request as invalid: it had no effect. A 408 is a timeout, whose effect is not known. */
export function isClientFault(status = 0): boolean {
  return status >= 400 && status < 500 && status !== 408;
}

/**
 * Refusals of our credentials, our signature or our permissions, without the word `Exception`, which AWS's protocols add
 * or leave out.
 */
const ACCOUNT_REFUSALS = new Set([
  'AccessDenied',
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignature',
  'MissingAuthenticationToken',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnauthorizedOperation',
  'UnrecognizedClient',
]);

/** Whether AWS refused our account, whatever the request was: no other request would be accepted either. */
export function isAccountRefusal(name: string, status: number | undefined): boolean {
  return status === 401 || status === 403 || ACCOUNT_REFUSALS.has(name.replace(/Exception$/, ''));
}
