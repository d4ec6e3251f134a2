import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { drift } from '../../../proofs/drift/drift';

const folder = mkdtempSync(join(tmpdir(), 'drift-main-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the comparison with the programs of this path. */
async function run(path: string, { strict = true } = {}) {
  let out = '';
  vi.stubEnv('PATH', path);
  vi.spyOn(console, 'log').mockImplementation((text) => void (out += `${text}\n`));
  const exitCode = await drift({ strict, write: false });
  return { exitCode, out };
}
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Without pip, npm and the network, as on a machine that is offline. */
const OFFLINE = resolve('no-such-folder');

/** A folder with a python3 that fails, and an npm whose packages know no member. */
function toolsWithEmptyClients(): string {
  const content = join(folder, 'content');
  mkdirSync(join(content, 'package', 'dist-types', 'models'), { recursive: true });
  writeFileSync(join(content, 'package', 'package.json'), '{"version":"9.9.9"}');
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  const scripts = { python3: 'exit 1', npm: `tar -czf "$4/client.tgz" -C '${content}' package` };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(tools, name), 0o755);
  }
  return [tools, '/usr/bin', '/bin'].join(delimiter);
}

it('says what was not compared and exits with 0 when it can reach nothing, even with --strict', async () => {
  const { exitCode, out } = await run(OFFLINE);

  expect(exitCode).toBe(0);
  expect(out).toMatch(/NOT COMPARED: the service models of meteringmarketplace/);
  expect(out).toMatch(/NOT COMPARED: @aws-sdk\/client-marketplace-metering/);
  expect(out).toContain('Nothing was compared.');
});

it('exits with 1 for a difference only with --strict', async () => {
  const path = toolsWithEmptyClients();
  const { exitCode, out } = await run(path, { strict: false });
  const args = ['--import', 'tsx', 'proofs/drift/main.ts', '--strict'];
  const strict = spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH: path } });

  expect(out).toMatch(/Compared with @aws-sdk\/client-marketplace-metering 9\.9\.9/);
  expect(out).toMatch(/BatchMeterUsage\.input\.UsageRecords is unknown to/);
  expect([exitCode, strict.status]).toEqual([0, 1]);
});
