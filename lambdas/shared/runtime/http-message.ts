import * as z from 'zod';

/** A decoded request, independent of API Gateway. */
export interface HttpRequest {
  method: string;
  path: string;
  /** By lower-cased name. */
  headers: Readonly<Record<string, string | undefined>>;
  cookies: Readonly<Record<string, string | undefined>>;
  query: URLSearchParams;
  /** The body as it was sent, without API Gateway's base64 encoding. Empty when there is none. */
  bodyBytes: Uint8Array;
  /** The same, decoded as UTF-8. */
  body: string;
  /** The same in our log lines and in API Gateway's. */
  requestId: string;
}

export interface HttpResponse {
  statusCode: number;
  headers?: Record<string, string>;
  /** Whole `Set-Cookie` values. */
  cookies?: string[];
  body?: string;
}

/** Payload format 2.0, only the fields in use. */
const httpApiEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string()).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ requestId: z.string().default(''), http: z.object({ method: z.string() }) }),
});

/**
 * Reads an event of an HTTP API.
 * @throws ZodError for any other input: the function is wired to a wrong source.
 */
export function toHttpRequest(event: unknown): HttpRequest {
  const { rawPath, rawQueryString, headers, cookies, body, isBase64Encoded, requestContext } =
    httpApiEvent.parse(event);
  const bodyBytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  return {
    method: requestContext.http.method,
    path: rawPath,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    cookies: toCookies(cookies),
    query: new URLSearchParams(rawQueryString),
    bodyBytes,
    body: bodyBytes.toString('utf8'),
    requestId: requestContext.requestId,
  };
}

/**
 * By name, as RFC 6265 (section 5.4) reads them: only spaces and tabs around a name do not count, so that no other
 * character makes a name out of a different one. A name that occurs twice has no value, because nobody knows which of
 * them the browser's user has.
 */
function toCookies(cookies: readonly string[]): Record<string, string | undefined> {
  const pairs = cookies.map(toCookie);
  const names = pairs.map(([name]) => name);
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, names.indexOf(name) === names.lastIndexOf(name) ? value : undefined]),
  );
}

function toCookie(cookie: string): [name: string, value: string] {
  const equals = cookie.indexOf('=');
  return equals < 0 ? [trimmed(cookie), ''] : [trimmed(cookie.slice(0, equals)), trimmed(cookie.slice(equals + 1))];
}

const trimmed = (text: string) => text.replaceAll(/^[ \t]+|[ \t]+$/g, '');

export function jsonResponse(statusCode: number, body: unknown): HttpResponse {
  return { statusCode, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

/** Enough for a form or a JSON object with a few fields. */
export const SMALL_BODY_MAX_BYTES = 16 * 1024;

/** @throws BodyTooLargeError */
export function refuseLargeBody({ bodyBytes }: Pick<HttpRequest, 'bodyBytes'>): void {
  if (bodyBytes.length > SMALL_BODY_MAX_BYTES) throw new BodyTooLargeError(SMALL_BODY_MAX_BYTES);
}

/** @throws MalformedBodyError */
export function parseJsonBody(body: string, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parse(body);
  } catch (cause) {
    throw new MalformedBodyError('The body is not valid JSON.', { cause });
  }
}

/** 303: the browser continues with GET, and reloading the next page does not repeat the post. */
export function seeOther(location: string, cookies: string[] = []): HttpResponse {
  return { statusCode: 303, headers: { location }, cookies };
}

/** The parts of an error that the caller sees. */
export interface HttpErrorDetails {
  statusCode: number;
  /** Machine-readable, camelCase; part of the API. */
  reason: string;
  /** A sentence for people. Neither field may quote the request. */
  sentence: string;
}

/** Only these errors are shown to the caller. Any other becomes a 500 without details. */
export class HttpError extends Error {
  override readonly name: string = 'HttpError';
  readonly statusCode: number;
  readonly reason: string;

  constructor({ statusCode, reason, sentence }: HttpErrorDetails, options?: ErrorOptions) {
    super(sentence, options);
    this.statusCode = statusCode;
    this.reason = reason;
  }
}

export class BodyTooLargeError extends HttpError {
  override readonly name = 'BodyTooLargeError';

  constructor(maxBytes: number) {
    super({ statusCode: 413, reason: 'bodyTooLarge', sentence: `The body can have at most ${maxBytes} bytes.` });
  }
}

export class UnsupportedMediaTypeError extends HttpError {
  override readonly name = 'UnsupportedMediaTypeError';

  constructor(accepted: readonly string[]) {
    super({
      statusCode: 415,
      reason: 'unsupportedMediaType',
      sentence: `The content type must be ${accepted.join(' or ')}.`,
    });
  }
}

export class MalformedBodyError extends HttpError {
  override readonly name = 'MalformedBodyError';

  constructor(sentence: string, options?: ErrorOptions) {
    super({ statusCode: 400, reason: 'malformedBody', sentence }, options);
  }
}
