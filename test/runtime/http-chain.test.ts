import { describe, expect, it } from 'vitest';
import type { Context } from 'aws-lambda';
import { httpFunction } from '../../lambdas/shared/runtime/http-chain';
import {
  BodyTooLargeError,
  HttpError,
  type HttpRequest,
  jsonResponse,
} from '../../lambdas/shared/runtime/http-message';
import { anHttpApiEvent } from '../builders/an-http-request';
import { RecordingCounters } from '../../proofs/stand-ins/recording-counters';
import { RecordingLog } from '../../proofs/stand-ins/recording-log';

const context = { awsRequestId: 'lambda-1' } as Context;

function aFunction(verb: (request: HttpRequest) => Promise<ReturnType<typeof jsonResponse>>) {
  const logger = new RecordingLog();
  const counters = new RecordingCounters();
  return { logger, counters, run: httpFunction(verb, { logger, counters }) };
}

async function requestSeen(event: Record<string, unknown>): Promise<HttpRequest> {
  const seen: HttpRequest[] = [];
  const { run } = aFunction(async (request) => {
    seen.push(request);
    return jsonResponse(200, {});
  });
  await run(event, context);
  const [request] = seen;
  if (request === undefined) throw new Error('The verb was not called.');
  return request;
}

describe('httpFunction', () => {
  it('passes a base64 body decoded', async () => {
    const body = Buffer.from('a=b&c=é').toString('base64');
    const request = await requestSeen(anHttpApiEvent({ body, isBase64Encoded: true }, 'POST'));
    expect(request).toMatchObject({ method: 'POST', body: 'a=b&c=é' });
    expect(request.bodyBytes).toHaveLength(8);
  });

  it('passes headers by lower-cased name, cookies and query', async () => {
    const event = anHttpApiEvent({
      headers: { 'Content-Type': 'text/plain' },
      cookies: ['one=1', ' two = a=b '],
      rawQueryString: 'done=1&x=%20',
    });
    const request = await requestSeen(event);
    expect(request.headers['content-type']).toBe('text/plain');
    expect(request.cookies).toEqual({ one: '1', two: 'a=b' });
    expect(request.query.get('x')).toBe(' ');
  });

  it('answers with security headers, and lets the verb override them', async () => {
    const { run } = aFunction(async () => ({ statusCode: 200, headers: { 'content-security-policy': 'mine' } }));
    const { headers } = await run(anHttpApiEvent(), context);
    expect(headers).toMatchObject({
      'content-security-policy': 'mine',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'strict-transport-security': expect.stringContaining('max-age'),
    });
  });

  it('answers an HttpError with its status, reason and sentence, and errors have security headers too', async () => {
    const { run, counters } = aFunction(() => Promise.reject(new BodyTooLargeError(5)));
    const { statusCode, body, headers } = await run(anHttpApiEvent(), context);
    expect(statusCode).toBe(413);
    expect(JSON.parse(body ?? '')).toEqual({ reason: 'bodyTooLarge', message: 'The body can have at most 5 bytes.' });
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(counters.counts).toEqual({ UnexpectedErrors: 0 });
  });

  it('answers other errors with a 500 without details, logs them without their message and counts them', async () => {
    const { run, counters, logger } = aFunction(() => Promise.reject(new TypeError('MARKER secret')));
    const { statusCode, body } = await run(anHttpApiEvent({ body: 'MARKER' }), context);
    expect(statusCode).toBe(500);
    expect(body).not.toContain('MARKER');
    expect(logger.text).toContain('TypeError');
    expect(logger.text).not.toContain('MARKER');
    expect(counters.counts).toEqual({ UnexpectedErrors: 1 });
  });

  it('answers a synchronous throw and an event that is not one of an HTTP API the same way', async () => {
    const { run } = aFunction(() => {
      throw new Error('at once');
    });
    expect(await run(anHttpApiEvent(), context)).toMatchObject({ statusCode: 500 });
    expect(await run({ rawPath: 7 }, context)).toMatchObject({ statusCode: 500 });
  });

  it("renders errors by the function's own renderer", async () => {
    const logger = new RecordingLog();
    const error = new HttpError({ statusCode: 400, reason: 'bad', sentence: 'Bad.' });
    const renderError = ({ statusCode, message }: HttpError) => ({ statusCode, body: `<p>${message}</p>` });
    const run = httpFunction(() => Promise.reject(error), { logger, counters: new RecordingCounters(), renderError });
    expect(await run(anHttpApiEvent(), context)).toMatchObject({ statusCode: 400, body: '<p>Bad.</p>' });
  });

  it('flushes the counters and logs start and end, whether it succeeds or fails', async () => {
    const outcomes = [async () => jsonResponse(200, {}), () => Promise.reject(new Error('no'))];
    for (const outcome of outcomes) {
      const { run, counters, logger } = aFunction(outcome);
      await run(anHttpApiEvent(), context);
      expect(counters.flushes).toBe(1);
      expect(logger.text).toMatch(/STARTED[^]*COMPLETED/);
    }
  });
  it("returns the verb's response, whatever the logger and the metrics library return", async () => {
    const chatty = () => 'not an answer';
    const logger = { info: chatty, warn: chatty, error: chatty };
    const run = httpFunction(async () => jsonResponse(200, {}), { logger, counters: { count: chatty, flush: chatty } });
    expect(await run(anHttpApiEvent(), context)).toMatchObject({ statusCode: 200 });
    const failing = httpFunction(() => Promise.reject(new Error('no')), {
      logger,
      counters: { count: chatty, flush: chatty },
    });
    expect(await failing(anHttpApiEvent(), context)).toMatchObject({ statusCode: 500 });
  });
});
