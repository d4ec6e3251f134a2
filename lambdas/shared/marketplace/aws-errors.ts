/** An exception that a service of AWS answered with, as its SDK client throws it. */
interface ServiceException {
  $metadata: { httpStatusCode?: number };
}

const THROTTLES = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded']);

/**
 * The HTTP status of the service's own answer; undefined when something went wrong before there was one.
 * @param Exception - the base class of the client's exceptions
 */
export function statusOf(
  error: unknown,
  Exception: abstract new (...args: never[]) => ServiceException,
): number | undefined {
  return error instanceof Exception ? error.$metadata.httpStatusCode : undefined;
}

/** AWS was too busy: the same request may succeed later, and this one did nothing. */
export function isThrottle(name: string, status: number | undefined): boolean {
  return THROTTLES.has(name) || status === 429;
}

/** The caller's fault, and no time-out: AWS refused the request and did nothing. */
export function isClientFault(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408;
}
