import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Principal } from './principals';
import { ACCOUNT_ID } from './resources';

/** A parsed HTTP request, before it is converted to API Gateway's format. */
export interface HttpRequest {
  method: string;
  rawPath: string;
  rawQuery: string;
  headers: Record<string, string>;
  body: Buffer;
  sourceIp: string;
}

export interface RouteMatch {
  routeKey: string;
  pathParameters: Record<string, string>;
  /** The signer, on a route with `AWS_IAM`. */
  signer?: Principal;
}

/** The content types whose bodies arrive as text. All others, including forms, arrive in base64. */
const TEXT = /^(text\/.+|application\/(json|xml|javascript|.+\+(json|xml)))(;|$)/i;

/** The event of a Lambda proxy integration in payload format 2.0. */
export function toHttpEvent(request: HttpRequest, match: RouteMatch, context: { apiId: string; nowMs: number }) {
  const { method, rawPath, rawQuery, body, sourceIp } = request;
  const { cookie, ...headers } = request.headers;
  const isBase64Encoded = body.length > 0 && !TEXT.test(headers['content-type'] ?? 'text/plain');
  const query = commaJoined(new URLSearchParams(rawQuery));
  const domainName = headers.host ?? '';
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: decodeURIComponent(rawPath),
    rawQueryString: rawQuery,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: context.apiId,
      ...(match.signer && { authorizer: iamAuthorizer(match.signer) }),
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method,
        path: decodeURIComponent(rawPath),
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: match.routeKey,
      stage: '$default',
      time: commonLogTime(context.nowMs),
      timeEpoch: context.nowMs,
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** Joins the values of a repeated header with commas, and those of cookies with semicolons. */
export function flatHeaders(headers: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values = []]) => [name, values.join(name === 'cookie' ? '; ' : ',')]),
  );
}

export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const structuredSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Converts a function's answer as API Gateway does: an answer without a `statusCode` becomes the JSON body. */
export function toHttpResponse(payload: unknown): HttpResponse {
  const isStructured = typeof payload === 'object' && payload !== null && 'statusCode' in payload;
  if (!isStructured) {
    const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, cookies: [], body };
  }
  const parsed = structuredSchema.safeParse(payload);
  if (!parsed.success) return messageResponse(500, 'Internal Server Error');
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const lowerCased = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    statusCode,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...Object.fromEntries(lowerCased) },
    cookies: cookies ?? [],
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** An answer of API Gateway itself. */
export function messageResponse(statusCode: number, message: string): HttpResponse {
  const body = Buffer.from(JSON.stringify({ message }));
  return { statusCode, headers: { 'content-type': 'application/json' }, cookies: [], body };
}

function commaJoined(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]));
}

function iamAuthorizer({ accessKeyId: accessKey, accountId, arn: userArn }: Principal) {
  return {
    iam: {
      accessKey,
      accountId,
      callerId: 'AIDALOCAL',
      cognitoIdentity: null,
      principalOrgId: null,
      userArn,
      userId: 'AIDALOCAL',
    },
  };
}

/** Formats a time as `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(epochMs: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(epochMs).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
