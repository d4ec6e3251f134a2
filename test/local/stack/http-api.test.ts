import { execFile, spawnSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { LocalStack } from '../../../local/stack/local-stack';
import { SimulatedClock } from '../../../simulator';
import { aClock, stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

const ECHO = 'export const handler = async (event) => event;';

describe('the local HTTP API', () => {
  it('passes requests to functions in payload format 2.0', async () => {
    const stack = await givenApi({ 'POST /register': 'NONE' });
    const event = await eventOf(`${stack.url}/register?a=1&a=2&b=x%20y`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Many': 'one', Cookie: 'first=1; second=2', 'User-Agent': 'me' },
      body: '{"n":1.0}',
    });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /register',
      rawPath: '/register',
      rawQueryString: 'a=1&a=2&b=x%20y',
      cookies: ['first=1', 'second=2'],
      headers: { 'content-type': 'application/json', 'x-many': 'one', host: new URL(stack.url).host },
      queryStringParameters: { a: '1,2', b: 'x y' },
      requestContext: {
        http: { method: 'POST', path: '/register', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'me' },
        stage: '$default',
        routeKey: 'POST /register',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"n":1.0}',
      isBase64Encoded: false,
    });
    expect(event).not.toHaveProperty('headers.cookie');
  });

  it('passes a form in base64 and omits event fields for what was not sent', async () => {
    const stack = await givenApi({ 'ANY /register': 'NONE' });
    const form = await eventOf(`${stack.url}/register`, { method: 'POST', body: new URLSearchParams({ a: 'ü' }) });
    expect(form).toMatchObject({ isBase64Encoded: true, body: Buffer.from('a=%C3%BC').toString('base64') });
    const bare = await eventOf(`${stack.url}/register`, {});
    expect(bare).toMatchObject({ isBase64Encoded: false, rawQueryString: '' });
    for (const absent of ['body', 'cookies', 'queryStringParameters', 'pathParameters']) {
      expect(bare).not.toHaveProperty(absent);
    }
  });

  it('chooses the most specific route and passes path parameters', async () => {
    const stack = await givenApi({ 'GET /a/{id}': 'NONE', 'GET /a/fixed': 'NONE', 'GET /a/{rest+}': 'NONE' });
    expect(await eventOf(`${stack.url}/a/fixed`, {})).toMatchObject({ routeKey: 'GET /a/fixed' });
    expect(await eventOf(`${stack.url}/a/7`, {})).toMatchObject({
      routeKey: 'GET /a/{id}',
      pathParameters: { id: '7' },
    });
    expect(await eventOf(`${stack.url}/a/7/b`, {})).toMatchObject({ pathParameters: { rest: '7/b' } });
  });

  it('answers a request without a matching route with 404', async () => {
    const stack = await givenApi({ 'POST /register': 'NONE' });
    for (const request of [fetch(`${stack.url}/nothing`), fetch(`${stack.url}/register`)]) {
      const response = await request;
      expect(response.status).toBe(404);
      expect(await response.text()).toBe('{"message":"Not Found"}');
    }
  });

  it('applies a structured response, with cookies and binary bodies', async () => {
    const source = `export const handler = async () => ({
      statusCode: 303, headers: { Location: '/next', 'X-Number': 7 }, cookies: ['a=1; HttpOnly', 'b=2'],
      body: Buffer.from([0, 255]).toString('base64'), isBase64Encoded: true });`;
    const stack = await givenApi({ 'GET /': 'NONE' }, { source });
    const response = await fetch(`${stack.url}/`, { redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/next');
    expect(response.headers.get('x-number')).toBe('7');
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  it('answers 200 with JSON for an unstructured response, and 500 for a function that fails', async () => {
    const source = `export const handler = async ({ rawQueryString }) => {
      if (rawQueryString === 'throw') throw new Error('secret');
      return rawQueryString === 'bad' ? { statusCode: 'no' } : { plain: true };
    };`;
    const stack = await givenApi({ 'GET /': 'NONE' }, { source });
    const plain = await fetch(stack.url);
    expect([plain.status, plain.headers.get('content-type'), await plain.text()]).toEqual([
      200,
      'application/json',
      '{"plain":true}',
    ]);
    for (const how of ['throw', 'bad']) {
      const failed = await fetch(`${stack.url}/?${how}`);
      expect([failed.status, await failed.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    }
  });

  it('refuses a request body above 10 MB', async () => {
    const stack = await givenApi({ 'POST /': 'NONE' });
    const response = await fetch(stack.url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect([response.status, await response.text()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
  });

  it.each([
    ['throttles by the limits of the stage on a clock that runs', true, [200, 200, 429]],
    ['throttles nothing on a clock that stands, where no further call would ever pass', false, [200, 200, 200]],
  ])('%s', async (_what, runs, statuses) => {
    // Two calls at once, and one more in a thousand seconds, however slow the machine is.
    const DefaultRouteSettings = { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 };
    const clock = runs ? new SimulatedClock() : aClock();
    const stack = await givenApi({ 'GET /': 'NONE' }, { stage: { DefaultRouteSettings }, clock });
    const answers: Response[] = [];
    for (let call = 0; call < 3; call += 1) answers.push(await fetch(stack.url));
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    if (runs) expect(await answers[2]?.json()).toEqual({ message: 'Too Many Requests' });
  });
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.warn('SKIPPED: curl is not on the PATH, so its signature was not tried.');
const withCurl = hasCurl ? it : it.skip;

describe('a route with IAM authorization', () => {
  withCurl('accepts a request that curl --aws-sigv4 signed', async () => {
    const stack = await givenApi({ 'POST /usage': 'AWS_IAM' });
    const signing = ['--aws-sigv4', 'aws:amz:us-east-1:execute-api', '--user', 'test:test'];
    const json = ['-H', 'content-type: application/json', '-d', '[{"id":"1"}]'];
    const curl = promisify(execFile);
    const { stdout } = await curl('curl', ['-s', ...signing, ...json, `${stack.url}/usage?a=1&b=2`]);
    expect(JSON.parse(stdout)).toMatchObject({
      body: '[{"id":"1"}]',
      requestContext: { authorizer: { iam: { accessKey: 'test' } } },
    });
  });

  it('refuses a request that is unsigned, signed for another service, or changed after signing', async () => {
    const stack = await givenApi({ 'POST /usage': 'AWS_IAM' });
    const body = '[{"id":"1"}]';
    const good = signed(stack.url, { body });
    const status = async (headers: Record<string, string>, sent = body) => {
      const response = await fetch(`${stack.url}/usage`, { method: 'POST', headers, body: sent });
      return [response.status, response.ok ? '' : await response.text()];
    };
    const forbidden = [403, '{"message":"Forbidden"}'];
    expect(await status(good)).toEqual([200, '']);
    expect(await status({})).toEqual(forbidden);
    expect(await status({ authorization: 'Bearer x' })).toEqual(forbidden);
    expect(await status(good, '[{"id":"2"}]')).toEqual(forbidden);
    expect(await status(signed(stack.url, { body, service: 's3' }))).toEqual(forbidden);
    expect(await status(signed(stack.url, { body, secret: 'guessed' }))).toEqual(forbidden);
    // The secret of another access key is unknown. Its signature must be well formed and for this service.
    expect(await status(signed(stack.url, { body, accessKeyId: 'AKIAOTHER', secret: 'x' }))).toEqual([200, '']);
    expect(await status(signed(stack.url, { body, accessKeyId: 'AKIAOTHER', service: 's3' }))).toEqual(forbidden);
    expect(stack.log('http-api').join()).toContain('the signature does not match');
  });
});

function signed(
  url: string,
  { body = '', service = 'execute-api', secret = 'test', accessKeyId = 'test' },
): Record<string, string> {
  const date = '20261123T101112Z';
  const scope = `20261123/us-east-1/${service}/aws4_request`;
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const headers = `host:${new URL(url).host}\nx-amz-date:${date}\n`;
  const request = ['POST', '/usage', '', headers, 'host;x-amz-date', hash(body)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, hash(request)].join('\n')).toString('hex');
  return {
    'x-amz-date': date,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}

async function eventOf(url: string, init: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, init);
  expect(response.status).toBe(200);
  return z.record(z.string(), z.unknown()).parse(await response.json());
}

interface ApiOptions {
  source?: string;
  /** More properties of the stage. */
  stage?: object;
  clock?: SimulatedClock;
}

function givenApi(
  routes: Record<string, string>,
  { source = ECHO, stage, clock = aClock() }: ApiOptions = {},
): Promise<LocalStack> {
  const api = { ApiId: { Ref: 'Api' } };
  const entries = Object.entries(routes).map(([RouteKey, AuthorizationType], index) => [
    `Route${index}`,
    {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ...api,
        RouteKey,
        AuthorizationType,
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      },
    },
  ]);
  const parts = {
    functions: { Fn: source },
    resources: {
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'Api', ProtocolType: 'HTTP' } },
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ...api, StageName: '$default', ...stage } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ...api,
          IntegrationType: 'AWS_PROXY',
          PayloadFormatVersion: '2.0',
          IntegrationUri: { 'Fn::GetAtt': ['Fn', 'Arn'] },
        },
      },
      ...Object.fromEntries(entries),
    },
  };
  return start(parts, { clock });
}
