import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import * as z from 'zod';
import { until } from '../../../local/stack/until';

const folder = mkdtempSync(join(tmpdir(), 'killed-'));
const stateFile = join(folder, 'state.json');
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Starts the command in a process of its own. @returns its endpoint */
async function start(): Promise<{ child: ChildProcess; endpoint: string }> {
  const startFile = join(folder, 'start.json');
  writeFileSync(startFile, JSON.stringify({ products: [{ productCode: 'p', name: 'P', dimensions: ['units'] }] }));
  const options = ['--port', '0', '--start-file', startFile, '--state', stateFile];
  const child = spawn('node', ['--import', 'tsx', 'simulator/main.ts', ...options]);
  children.push(child);
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  await until('the simulator answers', () => {
    if (child.exitCode !== null) throw new Error(`The simulator has ended: ${out}`);
    return out.includes('Ctrl-C');
  });
  return { child, endpoint: /METERING=(\S+)/.exec(out)?.[1] ?? '' };
}

const agreementIds = async (endpoint: string): Promise<string[]> => {
  const listed = await (await fetch(`${endpoint}/_marketplace/agreements`)).json();
  return z
    .array(z.object({ agreementId: z.string() }))
    .parse(listed)
    .map(({ agreementId }) => agreementId);
};

it('loses at most the last moment when it is killed while it is used', async () => {
  const { child, endpoint } = await start();
  const headers = { 'content-type': 'application/json' };
  const subscribe = () =>
    fetch(`${endpoint}/_marketplace/agreements`, { method: 'POST', headers, body: '{"productCode":"p"}' });
  for (let made = 0; made < 20; made++) await subscribe();
  const known = await agreementIds(endpoint);
  await until('the state is written', () => readFileSync(stateFile, 'utf8').includes(known.at(-1) ?? 'none'));
  // Killed with requests under way, at a moment that nobody chose, whether or not the file is just being written.
  const underWay = Array.from({ length: 50 }, () => subscribe().catch(() => undefined));
  await Promise.race(underWay);
  child.kill('SIGKILL');
  await Promise.all([once(child, 'close'), ...underWay]);
  const again = await start();

  expect((await agreementIds(again.endpoint)).slice(0, 20)).toEqual(known);
  again.child.kill('SIGTERM');
  expect(await once(again.child, 'close')).toEqual([0, null]);
});
