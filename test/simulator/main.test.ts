import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMarketplace } from '../../simulator';

/** The seller's own may sell anything. */
const CONFIG = 'proofs/example.config.json';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marketplace-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command, passes the printed endpoint to `whenReady`, and then stops the command as Ctrl-C does. */
async function run(parameters: string[], whenReady?: (endpoint: string) => Promise<void>): Promise<Run> {
  const child = spawn('node', ['--import', 'tsx', 'simulator/main.ts', ...parameters]);
  const result: Run = { code: null, out: '', err: '' };
  let asked = false;
  child.stdout.on('data', (chunk) => {
    result.out += String(chunk);
    const endpoint = /METERING=(\S+)/.exec(result.out)?.[1];
    if (asked || !endpoint || !result.out.includes('Ctrl-C')) return;
    asked = true;
    void Promise.resolve(whenReady?.(endpoint)).finally(() => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk) => (result.err += String(chunk)));
  result.code = await new Promise((resolve) => child.once('close', resolve));
  return result;
}

it('prints the environment variables for an SDK, answers requests, and stops cleanly', async () => {
  let now: unknown;
  const { code, out, err } = await run(
    ['--port', '0', '--config', CONFIG, '--clock', '2030-01-01T00:00:00Z'],
    async (endpoint) => {
      now = await (await fetch(`${endpoint}/_marketplace/clock`)).json();
    },
  );

  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^export AWS_ENDPOINT_URL_MARKETPLACE_METERING=http:\/\/localhost:\d+$/m);
  expect(out).toMatch(/^export AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE=http:\/\/localhost:\d+$/m);
  expect(out).toMatch(/^export AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT=http:\/\/localhost:\d+$/m);
  expect(out).toContain('examplesaas0productcode00');
  expect(out).toContain('Stopped.');
  // Piped output has no colours.
  expect(out).not.toContain('\u001B[');
  expect(now).toEqual({ now: expect.stringMatching(/^2030-01-01T00:/) });
});

it('fails with one sentence when the port is in use', async () => {
  const other = await startMarketplace();
  const { port } = new URL(other.endpoint);
  const { code, err } = await run(['--port', port, '--config', CONFIG]);
  await other.stop();

  expect({ code, err }).toEqual({
    code: 1,
    err: `Port ${port} is in use. Choose another with --port.\n`,
  });
});

it('duplicates and reorders events with the options for it', async () => {
  let delivery: unknown;
  const shares = ['--duplicate-events', '0.5', '--reorder-events', '1'];
  await run(['--port', '0', '--config', CONFIG, ...shares], async (endpoint) => {
    delivery = await (await fetch(`${endpoint}/_marketplace/delivery`)).json();
  });
  const { code, err } = await run(['--duplicate-events', '2']);

  expect(delivery).toEqual({ duplicate: 0.5, reorder: 1, delayNextSeconds: 0, held: 0 });
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('a number from 0 to 1') });
});

it('starts with a start file, keeps its state, and continues it', async () => {
  const startFile = join(folder, 'start.json');
  const state = join(folder, 'state.json');
  const trail = join(folder, 'trail');
  const product = { productCode: 'mine', name: 'Mine \u0007', dimensions: ['units'] };
  await writeFile(startFile, JSON.stringify({ seed: 7, products: [product] }));
  const wrong = await run(['--port', '0', '--start-file', startFile]);
  await writeFile(
    startFile,
    JSON.stringify({ seed: 7, decimals: 'unknown', products: [{ ...product, name: 'Mine' }] }),
  );
  const options = ['--port', '0', '--start-file', startFile, '--state', state, '--cloudtrail', trail];
  let settings: unknown;
  const first = await run(options, async (endpoint) => {
    settings = await (await fetch(`${endpoint}/_marketplace/settings`)).json();
    const headers = { 'content-type': 'application/json' };
    await fetch(`${endpoint}/_marketplace/buyers`, { method: 'POST', headers, body: '{"name":"Acme"}' });
  });
  let buyers: unknown;
  const second = await run(options, async (endpoint) => {
    buyers = await (await fetch(`${endpoint}/_marketplace/buyers`)).json();
  });

  expect(wrong).toMatchObject({
    code: 1,
    err: expect.stringContaining('products[0].name: found "Mine \\u0007"; remove'),
  });
  expect([first.code, first.err, second.code, second.err]).toEqual([0, '', 0, '']);
  expect(settings).toMatchObject({ decimals: 'unknown' });
  expect(first.out).toContain(`The state is kept in ${state}.`);
  expect(second.out).toContain(`It continues ${state} (agreements: 0).`);
  expect(buyers).toMatchObject([{ name: 'Acme' }]);
});

it('warns that there is no authentication when it is bound to more than the loopback', async () => {
  const { code, out, err } = await run(['--port', '0', '--config', CONFIG, '--host', '0.0.0.0', '--allow-host', 'aws']);

  expect(code).toBe(0);
  expect(out).toMatch(/METERING=http:\/\/localhost:\d+$/m);
  expect(err).toMatch(/^Whoever reaches 0\.0\.0\.0:\d+ can use the simulator .*: there is no authentication\.\n/);
});

it.each([
  [['--host', '192.0.2.1'], /^This machine has no address 192\.0\.2\.1\. Give one of its own, or 0\.0\.0\.0/],
  [['--port', '99999'], /Give a port from 0 to 65535/],
  [['--allow-host', 'aws:4600'], /Give a host name without a port, such as marketplace/],
  [['--config', CONFIG, '--start-file', 'x'], /'--config <file>' cannot be used with option '--start-file <file>'/],
])('explains why it does not start with %j', async (options, message) => {
  expect(await run(['--port', '0', ...options])).toMatchObject({ code: 1, err: expect.stringMatching(message) });
});

it('ignores decimal quantities with the option for it', async () => {
  let settings: unknown;
  await run(['--port', '0', '--config', CONFIG, '--decimals', 'unknown'], async (endpoint) => {
    settings = await (await fetch(`${endpoint}/_marketplace/settings`)).json();
  });

  expect(settings).toMatchObject({ decimals: 'unknown' });
});

it('fails with a clear message when the configuration is missing or wrong', async () => {
  const file = join(folder, 'wrong.json');
  await writeFile(file, '{"products":[]}');
  const [missing, wrong] = await Promise.all([run(['--config', join(folder, 'none.json')]), run(['--config', file])]);

  expect(missing).toMatchObject({ code: 1, err: expect.stringMatching(/^There is no seller configuration at .*\n$/) });
  expect(wrong).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /^Correct the products in .*wrong\.json:\n- products: found \[\]; give at least 1 item\(s\)\.\n$/,
    ),
  });
});
