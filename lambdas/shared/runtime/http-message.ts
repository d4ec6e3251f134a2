import * as z from 'zod';

/** A request as a verb sees it: decoded, and without anything of API Gateway in it. */
export interface HttpRequest {
  method: string;
  path: string;
  /** By lower-cased name. */
  headers: Readonly<Record<string, string | undefined>>;
  cookies: Readonly<Record<string, string | undefined>>;
  query: URLSearchParams;
  /** The body as it was sent; API Gateway's base64 is undone. Empty when there is none. */
  bodyBytes: Uint8Array;
  /** The same, read as UTF-8. */
  body: string;
  /** Ties our log lines to API Gateway's. */
  requestId: string;
}

export interface HttpResponse {
  statusCode: number;
  headers?: Record<string, string>;
  /** Whole `Set-Cookie` values. */
  cookies?: string[];
  body?: string;
}

/** Payload format 2.0, only what we read. */
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
 * @throws ZodError for anything else: that is our wiring's fault, not the caller's.
 */
export function toHttpRequest(event: unknown): HttpRequest {
  const { rawPath, rawQueryString, headers, cookies, body, isBase64Encoded, requestContext } =
    httpApiEvent.parse(event);
  const bodyBytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  return {
    method: requestContext.http.method,
    path: rawPath,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    cookies: Object.fromEntries(cookies.map(toCookie)),
    query: new URLSearchParams(rawQueryString),
    bodyBytes,
    body: bodyBytes.toString('utf8'),
    requestId: requestContext.requestId,
  };
}

function toCookie(cookie: string): [name: string, value: string] {
  const equals = cookie.indexOf('=');
  return equals < 0 ? [cookie.trim(), ''] : [cookie.slice(0, equals).trim(), cookie.slice(equals + 1).trim()];
}

/** A JSON answer. */
export function jsonResponse(statusCode: number, body: unknown): HttpResponse {
  return { statusCode, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

/** 303: the browser goes on with GET, and reloading the page it lands on posts nothing again. */
export function seeOther(location: string, cookies: string[] = []): HttpResponse {
  return { statusCode: 303, headers: { location }, cookies };
}
