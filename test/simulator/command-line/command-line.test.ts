import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { commandLine } from '../../../simulator/command-line/command-line';
import { begin } from '../../../simulator/command-line/run';
import type { RunningMarketplace } from '../../../simulator/start';

/** The seller's own may sell anything. */
const CONFIG = 'proofs/example.config.json';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marketplace-'));
});
afterAll(() => rm(folder, { recursive: true }));

let out = '';
let err = '';
beforeEach(() => {
  [out, err] = ['', ''];
  vi.spyOn(console, 'log').mockImplementation((text) => void (out += `${text}\n`));
  vi.spyOn(console, 'error').mockImplementation((text) => void (err += `${text}\n`));
});
const running: RunningMarketplace[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const each of running.splice(0)) await each.stop();
});

/** Starts the simulator in this process. @throws CommanderError of options that are wrong */
async function start(...parameters: readonly string[]): Promise<RunningMarketplace> {
  const program = commandLine(async (options) => void running.push(await begin(options)))
    .exitOverride()
    .configureOutput({ writeErr: (text) => void (err += text) });
  await program.parseAsync(['--port', '0', ...parameters], { from: 'user' });
  return running.at(-1)!;
}

const read = async ({ endpoint }: RunningMarketplace, path: string): Promise<unknown> =>
  (await fetch(`${endpoint}/_marketplace/${path}`)).json();

it('duplicates and reorders events with the options for it', async () => {
  const shares = ['--duplicate-events', '0.5', '--reorder-events', '1'];

  expect(await read(await start('--config', CONFIG, ...shares), 'delivery')).toEqual({
    ...{ duplicate: 0.5, reorder: 1, delayNextSeconds: 0, held: 0 },
  });
  await expect(start('--duplicate-events', '2')).rejects.toThrow('a number from 0 to 1');
});

it('starts with a start file, keeps its state, and continues it', async () => {
  const startFile = join(folder, 'start.json');
  const state = join(folder, 'state.json');
  const product = { productCode: 'mine', name: 'Mine \u0007', dimensions: ['units'] };
  await writeFile(startFile, JSON.stringify({ seed: 7, products: [product] }));
  const wrong = start('--start-file', startFile);
  await expect(wrong).rejects.toThrow('products[0].name: found "Mine \\u0007"; remove');

  await writeFile(
    startFile,
    JSON.stringify({ seed: 7, decimals: 'unknown', products: [{ ...product, name: 'Mine' }] }),
  );
  const options = ['--start-file', startFile, '--state', state, '--cloudtrail', join(folder, 'trail')];
  const first = await start(...options);
  expect(await read(first, 'settings')).toMatchObject({ decimals: 'unknown' });
  expect(out).toContain(`The state is kept in ${state}.`);
  const headers = { 'content-type': 'application/json' };
  await fetch(`${first.endpoint}/_marketplace/buyers`, { method: 'POST', headers, body: '{"name":"Acme"}' });
  await first.stop();

  const second = await start(...options);
  expect(out).toContain(`It continues ${state} (agreements: 0).`);
  expect(await read(second, 'buyers')).toMatchObject([{ name: 'Acme' }]);
  expect(err).toBe('');
});

it('warns that there is no authentication when it is bound to more than the loopback', async () => {
  await start('--config', CONFIG, '--host', '0.0.0.0', '--allow-host', 'aws');

  expect(out).toMatch(/METERING=http:\/\/localhost:\d+$/m);
  expect(err).toMatch(/^Whoever reaches 0\.0\.0\.0:\d+ can use the simulator .*: there is no authentication\.\n/);
});

it.each([
  [['--host', '192.0.2.1'], /^This machine has no address 192\.0\.2\.1\. Give one of its own, or 0\.0\.0\.0/],
  [['--port', '99999'], /Give a port from 0 to 65535/],
  [['--allow-host', 'aws:4600'], /Give a host name without a port, such as marketplace/],
  [['--config', CONFIG, '--start-file', 'x'], /'--config <file>' cannot be used with option '--start-file <file>'/],
])('explains why it does not start with %j', async (options, message) => {
  await expect(start(...options)).rejects.toThrow(message);
});

it('refuses an unknown option with what is allowed', async () => {
  await expect(start('--unheard-of')).rejects.toMatchObject({ exitCode: 1 });
  expect(err).toMatch(/^error: unknown option '--unheard-of'/);
  expect(err).toMatch(/\nOptions:\n[^]*--help/);
  expect(err).toMatch(/\nExamples:\n/);
  expect(out).toBe('');
});

it('ignores decimal quantities with the option for it', async () => {
  const unknown = await start('--config', CONFIG, '--decimals', 'unknown');

  expect(await read(unknown, 'settings')).toMatchObject({ decimals: 'unknown' });
});

it('fails with a clear message when the configuration is missing or wrong', async () => {
  const file = join(folder, 'wrong.json');
  await writeFile(file, '{"products":[]}');

  await expect(start('--config', join(folder, 'none.json'))).rejects.toThrow(
    /^There is no seller configuration at .*$/,
  );
  await expect(start('--config', file)).rejects.toThrow(
    /^Correct the products in .*wrong\.json:\n- products: found \[\]; give at least 1 item\(s\)\.$/,
  );
});
