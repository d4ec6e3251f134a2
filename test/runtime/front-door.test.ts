import { describe, expect, it } from 'vitest';
import type { Context } from 'aws-lambda';
import { isFromOurPage } from '../../lambdas/complete-registration/same-origin';
import { FRONT_DOOR_HEADERS } from '../../lambdas/shared/contract/front-door';
import { loadFrontDoorSecret } from '../../lambdas/shared/runtime/function-config';
import { httpFunction } from '../../lambdas/shared/runtime/http-chain';
import { jsonResponse, type HttpRequest } from '../../lambdas/shared/runtime/http-message';
import { anHttpApiEvent } from '../builders/an-http-request';
import { RecordingCounters } from '../../proofs/stand-ins/recording-counters';
import { RecordingLog } from '../../proofs/stand-ins/recording-log';

const SECRET = 'a-secret-of-sixty-four-characters'.padEnd(64, 'x');
const { secret, viewerHost } = FRONT_DOOR_HEADERS;

/** What the verb behind the front door sees of a request with these headers, and how it is answered. */
async function ask(headers: Record<string, string>, frontDoorSecret: string | undefined = SECRET) {
  const seen: HttpRequest[] = [];
  const logger = new RecordingLog();
  const verb = async (request: HttpRequest) => {
    seen.push(request);
    return jsonResponse(200, {});
  };
  const run = httpFunction(verb, { logger, counters: new RecordingCounters(), frontDoorSecret });
  const { statusCode } = await run(anHttpApiEvent({ headers }, 'POST'), { awsRequestId: '1' } as Context);
  return { statusCode, seen: seen[0], log: logger.text };
}

describe('behind a front door', () => {
  it('passes a request through the front door as the browser sent it', async () => {
    const headers = { host: 'api.example', [secret]: SECRET, [viewerHost]: 'buy.example.com' };
    const { statusCode, seen } = await ask(headers);
    expect([statusCode, seen?.headers]).toEqual([200, { host: 'buy.example.com' }]);
  });

  it('recognizes posts of our own page behind the front door', async () => {
    const through = { host: 'api.example', [secret]: SECRET, [viewerHost]: 'buy.example.com' };
    for (const [origin, own] of [
      ['https://buy.example.com', true],
      ['https://api.example', false],
    ] as const) {
      const { seen } = await ask({ ...through, origin });
      expect(isFromOurPage(seen?.headers ?? {})).toBe(own);
    }
  });

  it.each([
    ['nothing', {}],
    ['an empty secret', { [secret]: '' }],
    ['another secret', { [secret]: SECRET.replace('a', 'b') }],
    ['the beginning of the secret', { [secret]: SECRET.slice(0, 63) }],
    ['the secret twice', { [secret]: `${SECRET},${SECRET}` }],
  ])('refuses a request with %s before the verb runs', async (_what, headers) => {
    const { statusCode, seen, log } = await ask({ host: 'api.example', ...headers });
    expect([statusCode, seen]).toEqual([403, undefined]);
    expect(log).not.toContain(SECRET.slice(0, 30));
  });

  it('ignores a forged host without a front door', async () => {
    const open = httpFunction(async ({ headers }) => jsonResponse(200, headers), {
      logger: new RecordingLog(),
      counters: new RecordingCounters(),
    });
    const event = anHttpApiEvent({ headers: { host: 'api.example', [viewerHost]: 'evil.example' } });
    expect(JSON.parse((await open(event, { awsRequestId: '1' } as Context)).body ?? '').host).toBe('api.example');
  });

  it('refuses to load a front-door secret that is too short', () => {
    for (const short of ['', 'x'.repeat(31)])
      expect(() => loadFrontDoorSecret({ FRONT_DOOR_SECRET: short })).toThrow('FRONT_DOOR_SECRET');
    expect(loadFrontDoorSecret({})).toBeUndefined();
  });
});
