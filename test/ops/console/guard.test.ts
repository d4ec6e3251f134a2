import { describe, expect, it } from 'vitest';
import { addressOf, entryOf, tokenCookie, type Visit } from '../../../ops/console/guard';

const lock = { authority: '127.0.0.1:4700', token: 'secret-token' };
const cookie = 'console-4700=secret-token';

const visit = (change: Partial<Visit> & { headers?: Visit['headers'] } = {}): Visit => ({
  method: 'GET',
  url: '/month?month=2026-07',
  ...change,
  headers: { host: lock.authority, cookie, ...change.headers },
});
const kindOf = (given: Visit) => entryOf(given, lock).kind;

describe('the door of the console', () => {
  it('lets in who has the token in the cookie', () => {
    expect(kindOf(visit())).toBe('welcome');
    expect(kindOf(visit({ method: 'HEAD' }))).toBe('welcome');
    expect(kindOf(visit({ headers: { cookie: `other=1; ${cookie}` } }))).toBe('welcome');
    expect(kindOf(visit({ headers: { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:4700' } }))).toBe(
      'welcome',
    );
  });

  it('takes the token from the address once, and sends the reader to the address without it', () => {
    const first = visit({ url: '/month?month=2026-07&token=secret-token', headers: { cookie: undefined } });
    expect(entryOf(first, lock)).toEqual({ kind: 'admit', location: '/month?month=2026-07' });
    expect(new URL(addressOf(lock)).searchParams.get('token')).toBe('secret-token');
    expect(tokenCookie(lock)).toBe('console-4700=secret-token; Path=/; HttpOnly; SameSite=Strict');
  });

  it('leads nowhere else with the token in an address', () => {
    const first = visit({ url: '//evil.example/?token=secret-token' });
    expect(entryOf(first, lock)).toMatchObject({ kind: 'admit', location: '/' });
  });

  it.each(['', 'console-4700=', 'console-4700=wrong', 'console-4701=secret-token', 'secret-token'])(
    'refuses the cookie %j, and says what to do',
    (wrong) => {
      expect(entryOf(visit({ headers: { cookie: wrong } }), lock)).toMatchObject({
        kind: 'refuse',
        statusCode: 403,
        advice: expect.stringContaining('npm run ops -- console'),
      });
    },
  );

  it('refuses a wrong token in the address', () => {
    expect(kindOf(visit({ url: '/?token=wrong', headers: { cookie: undefined } }))).toBe('refuse');
  });

  it.each(['evil.example', 'evil.example:4700', 'localhost:4700', '127.0.0.1', '127.0.0.1:4701', undefined])(
    'refuses the host %s, which a name that now leads here would have',
    (host) => {
      expect(kindOf(visit({ headers: { host } }))).toBe('refuse');
    },
  );

  it.each(['http://evil.example', 'http://localhost:4700', 'http://127.0.0.1:3000', 'null'])(
    'refuses the origin %s',
    (origin) => {
      expect(kindOf(visit({ headers: { origin } }))).toBe('refuse');
    },
  );

  it.each(['cross-site', 'same-site', 'something-new'])('refuses a request that the browser calls %s', (site) => {
    expect(kindOf(visit({ headers: { 'sec-fetch-site': site } }))).toBe('refuse');
    // Not even the token helps: it may have leaked into the other page.
    expect(kindOf(visit({ url: '/?token=secret-token', headers: { 'sec-fetch-site': site } }))).toBe('refuse');
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('refuses %s, because it changes nothing', (method) => {
    expect(entryOf(visit({ method }), lock)).toMatchObject({ kind: 'refuse', statusCode: 405 });
  });
});
