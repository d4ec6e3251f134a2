import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { startMarketplace, type RunningMarketplace } from '../../../simulator';
import { reachedAs } from '../../../simulator/hosts';

let running: RunningMarketplace;
afterEach(() => running.stop());

/** The status and text of an answer to a request with these headers. */
const ask = (headers: Record<string, string>, method = 'GET') =>
  new Promise<[number, string]>((resolve, reject) => {
    const port = Number(new URL(running.endpoint).port);
    const asked = request({ host: '127.0.0.1', port, method, path: '/', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve([response.statusCode ?? 0, text]));
    });
    asked.on('error', reject);
    asked.end();
  });

describe('a simulator bound to every address', () => {
  it('is reached as localhost, and still refuses a foreign Host and the page of another site', async () => {
    running = await startMarketplace({ host: '0.0.0.0' });

    expect(running.endpoint).toMatch(/^http:\/\/localhost:\d+$/);
    expect(await ask({ host: 'localhost:4600' })).toMatchObject([200, expect.anything()]);
    expect(await ask({ host: 'evil.example' })).toEqual([
      403,
      expect.stringContaining('Use one as the host, or allow another one with --allow-host.'),
    ]);
    expect(await ask({ host: 'localhost:4600', origin: 'http://evil.example' }, 'POST')).toMatchObject([
      403,
      expect.stringContaining("another site's page"),
    ]);
  });

  it('answers at an allowed host name with any port, and at no name that only contains it', async () => {
    running = await startMarketplace({ host: '0.0.0.0', allowHosts: ['Marketplace'] });

    for (const host of ['marketplace', 'marketplace:4600', 'MARKETPLACE:1'])
      expect(await ask({ host })).toMatchObject([200, expect.anything()]);
    for (const host of ['marketplace.evil.example', 'evil-marketplace', 'marketplace:x', 'marketplace:1@evil.example'])
      expect(await ask({ host })).toMatchObject([403, expect.stringContaining('127.0.0.1 and marketplace only')]);
    const headers = { host: 'marketplace:4600', origin: 'http://evil.example' };
    expect(await ask(headers, 'POST')).toMatchObject([403, expect.anything()]);
  });
});

it('answers at the very address it is bound to', async () => {
  running = await startMarketplace({ host: '127.0.0.2' });
  const { endpoint } = running;
  // A program of its own, because tests themselves reach 127.0.0.1 only.
  const script = `fetch(${JSON.stringify(endpoint)}).then(({ status }) => console.log(status))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);

  expect([endpoint, stdout]).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.2:\d+$/), '200\n']);
});

it.each([
  ['::1', 'localhost'],
  ['::', 'localhost'],
  ['fe80::7', '[fe80::7]'],
  ['simulator.internal', 'simulator.internal'],
])('what is bound to %s is reached as %s', async (host, name) => {
  running = await startMarketplace();
  expect(reachedAs(host)).toBe(name);
});
