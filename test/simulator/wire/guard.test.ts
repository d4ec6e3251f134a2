import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMarketplace, type RunningMarketplace } from '../../../simulator';
import { aProduct } from '../a-marketplace';

let running: RunningMarketplace;
let port: number;
beforeAll(async () => {
  running = await startMarketplace();
  running.marketplace.addProduct(aProduct());
  port = Number(new URL(running.endpoint).port);
});
afterAll(() => running.stop());

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** With headers that `fetch` does not let a program set. */
const ask = ({ method = 'GET', path = '/', headers = {}, body }: Asked) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const subscribe = (headers: Record<string, string>) =>
  ask({ method: 'POST', path: '/buyer/subscribe', headers: { ...FORM, ...headers }, body: 'productCode=analytics' });

describe('a request', () => {
  it.each(['evil.example', 'evil.example:4600', 'localhost.evil.example', '169.254.1.1', 'localhost:1@evil.example'])(
    'with the foreign Host %j is refused, by the pages, the control API and the API of AWS',
    async (host) => {
      for (const path of ['/', '/calls', '/live.js', '/_marketplace/ledger'])
        expect([path, (await ask({ path, headers: { host } })).status]).toEqual([path, 403]);
      const headers = { host, 'content-type': 'application/x-amz-json-1.1' };
      const { status, text } = await ask({ method: 'POST', headers, body: '{}' });
      expect([status, text]).toEqual([403, expect.stringContaining('answers at localhost and 127.0.0.1 only')]);
    },
  );

  it.each(['localhost', 'localhost:9', 'LOCALHOST:9', '127.0.0.1', '[::1]:9'])(
    'with the Host %j is answered',
    async (host) => {
      expect((await ask({ path: '/_marketplace/ledger', headers: { host } })).status).toBe(200);
    },
  );

  it.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1:1',
    'https://localhost:9',
    'http://localhost:9@evil.example',
  ])('with the foreign Origin %j is refused and changes nothing', async (origin) => {
    const before = running.marketplace.agreements().length;
    const headers = { host: 'localhost:9', origin };
    expect((await subscribe(headers)).status).toBe(403);
    const json = { ...headers, 'content-type': 'application/json' };
    const body = '{"productCode":"analytics"}';
    expect((await ask({ method: 'POST', path: '/_marketplace/agreements', headers: json, body })).status).toBe(403);
    expect((await ask({ method: 'POST', path: '/controls/clock/advance', headers, body: '' })).status).toBe(403);
    expect((await ask({ path: '/calls', headers })).status).toBe(403);
    expect(running.marketplace.agreements().length).toBe(before);
  });

  it('of its own pages and of programs is answered', async () => {
    expect((await subscribe({ host: 'localhost:9', origin: 'http://localhost:9' })).status).toBe(303);
    expect((await subscribe({ host: 'localhost:9' })).status).toBe(303);
  });

  it("of another site's page may only be a link that somebody follows", async () => {
    const site = (mode: string) => ({ host: 'localhost:9', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode });
    expect((await ask({ path: '/calls', headers: site('navigate') })).status).toBe(200);
    expect((await ask({ path: '/calls', headers: site('no-cors') })).status).toBe(403);
    expect((await subscribe(site('navigate'))).status).toBe(403);
    expect((await ask({ path: '/calls', headers: { ...site('no-cors'), 'sec-fetch-site': 'same-site' } })).status).toBe(
      403,
    );
  });
});

describe('the control API', () => {
  const put = (headers: Record<string, string>) =>
    ask({
      method: 'PUT',
      path: '/_marketplace/clock',
      headers: { host: 'localhost:9', ...headers },
      body: '{"now":1}',
    });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/x-amz-json-1.1', 'application/jsonp', ''])(
    'refuses a body of the type %j, and says which it takes',
    async (type) => {
      const { status, text } = await put(type === '' ? {} : { 'content-type': type });
      expect([status, text]).toEqual([415, expect.stringContaining('content-type: application/json')]);
    },
  );

  it('takes JSON, and a request without a body needs no type', async () => {
    expect((await put({ 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(200);
    const [agreement] = running.marketplace.agreements();
    const path = `/_marketplace/agreements/${agreement?.agreementId}/token`;
    expect((await ask({ method: 'POST', path, headers: { host: 'localhost:9' } })).status).toBe(201);
  });
});
