import fc from 'fast-check';
import { MARK } from '../promises';
import { oddText, PROTOTYPE_NAMES, weighted } from './odd-values';

/** A body as the client sends it: text, or bytes that are not text. */
type Body = string | Uint8Array | undefined;

export interface HttpShape {
  method: fc.Arbitrary<string>;
  path: string;
  bodies: fc.Arbitrary<Body>;
  contentTypes: readonly string[];
  /** More headers and cookies, which let a case past the first checks. */
  headers?: fc.Arbitrary<Record<string, string>>;
  cookies?: fc.Arbitrary<string[]>;
}

export interface HostileRequest {
  body: Body;
  event: Record<string, unknown>;
}

const MEGABYTES = 1024 * 1024;

/** Bodies as large as API Gateway allows, or as large as we read. */
const HUGE: readonly (() => string)[] = [
  () => MARK.repeat((6 * MEGABYTES) / MARK.length),
  () => '['.repeat(6 * MEGABYTES),
  () => `[${'1,'.repeat(3 * MEGABYTES)}1]`,
  () => `[{${Array.from({ length: 400_000 }, (_, n) => `"${MARK}${n}":0`).join()}}]`,
  () => `[{"id":"1","tags":{${Array.from({ length: 400_000 }, (_, n) => `"${n}":0`).join()}}}]`,
  () => `[{"id":"1","tags":{${Array.from({ length: 80_000 }, (_, n) => `"${n}":0`).join()}}}]`,
  () => `x-amzn-marketplace-token=${'%'.repeat(6 * MEGABYTES)}`,
  () => '&='.repeat(3 * MEGABYTES),
];

/** Rare, because one takes as long as a hundred others. */
export const hugeBody = fc.constantFrom(...HUGE).map((make) => make());
export const HUGE_EVERY = 400;

const garbage: fc.Arbitrary<Body> = fc.oneof(
  oddText,
  fc.uint8Array({ maxLength: 60 }),
  fc.constantFrom(new Uint8Array([0xff, 0xfe, 0x00]), new Uint8Array([0xc0, 0x80]), new Uint8Array([0xed, 0xa0, 0x80])),
  fc.constant(undefined),
);

const contentType = (known: readonly string[]) =>
  weighted(
    [8, fc.constantFrom(...known)],
    [1, fc.constantFrom(...known).map((type) => `${type.toUpperCase()} ; charset="UTF-8"; a=b`)],
    [1, fc.constantFrom('text/html', 'multipart/form-data; boundary=x', ';', '', 'application/', '*/*')],
    [1, oddText],
    [1, fc.constant(undefined)],
  );

const headerName = fc.constantFrom(
  ...PROTOTYPE_NAMES,
  ...['Origin', 'HOST', 'sec-fetch-site', 'cookie', 'x-forwarded-for', 'authorization', 'X-'.repeat(200), ' ', ''],
);
const strangeHeaders = fc.oneof(
  { withCrossShrink: true },
  { weight: 30, arbitrary: fc.constant<[string, string][]>([]) },
  { weight: 12, arbitrary: fc.array(fc.tuple(headerName, oddText), { maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc.constant(Array.from({ length: 150 }, (_, n): [string, string] => [`x-${n}`, `${MARK}${n}`])),
  },
);

const strangeCookie = fc.oneof(
  oddText,
  oddText.map((value) => `__Host-registration=${value}`),
  fc.constantFrom(
    '=',
    '__Host-registration',
    '__Host-registration=',
    '__proto__=1',
    `;;;${MARK}`,
    `${MARK}=`.repeat(2_000),
  ),
);

/** An event of an HTTP API (payload format 2.0) with a correctly or wrongly encoded body. */
export function httpEvent({
  method,
  path,
  bodies,
  contentTypes,
  headers,
  cookies,
}: HttpShape): fc.Arbitrary<HostileRequest> {
  return fc
    .record({
      method,
      body: weighted([14, bodies], [1, garbage]),
      encoding: fc.oneof(
        { weight: 20, arbitrary: fc.constant('right') },
        fc.constantFrom('right64', 'falseFlag', 'noFlag'),
      ),
      contentType: contentType(contentTypes),
      headers: headers ?? fc.constant({}),
      strange: strangeHeaders,
      cookies: cookies ?? fc.constant([]),
      strangeCookies: fc.oneof(
        { withCrossShrink: true },
        { weight: 30, arbitrary: fc.constant<string[]>([]) },
        { weight: 6, arbitrary: fc.array(strangeCookie, { maxLength: 4 }) },
        { weight: 1, arbitrary: fc.constant(Array.from({ length: 300 }, (_, n) => `c${n}=${MARK}`)) },
      ),
      query: weighted([3, fc.constantFrom('', 'done', 'done=1&done=2', '%', '__proto__[a]=1', '&&&=')], [1, oddText]),
    })
    .map(({ contentType: type, strange, strangeCookies, ...rest }) => {
      const given = { ...rest.headers, ...(type !== undefined && { 'content-type': type }) };
      const event = {
        version: '2.0',
        routeKey: `${rest.method} ${path}`,
        rawPath: path,
        rawQueryString: rest.query,
        // `fromEntries` makes `__proto__` an ordinary header, as JSON.parse does.
        headers: Object.fromEntries([...strange, ...Object.entries(given)]),
        cookies: [...rest.cookies, ...strangeCookies],
        requestContext: { requestId: 'request-1', http: { method: rest.method, path, userAgent: MARK } },
        ...encoded(rest.body, rest.encoding),
      };
      return { body: rest.body, event };
    });
}

function encoded(body: Body, encoding: string): { body?: string; isBase64Encoded: boolean } {
  if (body === undefined) return { isBase64Encoded: false };
  const base64 = Buffer.from(body).toString('base64');
  if (typeof body !== 'string' || encoding === 'right64') return { body: base64, isBase64Encoded: true };
  if (encoding === 'noFlag') return { body: base64, isBase64Encoded: false };
  return { body, isBase64Encoded: encoding === 'falseFlag' };
}
