import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'drift-main-'));
afterAll(() => rmSync(folder, { recursive: true }));

const drift = (path: string, ...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'proofs/drift/main.ts', ...args], {
    encoding: 'utf8',
    env: { PATH: path },
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

it('says what was not compared and exits with 0 when it can reach nothing, even with --strict', () => {
  const { status, stdout } = drift(OFFLINE, '--strict');

  expect(status).toBe(0);
  expect(stdout).toMatch(/NOT COMPARED: the service models of meteringmarketplace/);
  expect(stdout).toMatch(/NOT COMPARED: @aws-sdk\/client-marketplace-metering/);
  expect(stdout).toContain('Nothing was compared.');
});

it('exits with 1 for a difference only with --strict', () => {
  const path = toolsWithEmptyClients();
  const [lenient, strict] = [drift(path), drift(path, '--strict')];

  expect(lenient.stdout).toMatch(/Compared with @aws-sdk\/client-marketplace-metering 9\.9\.9/);
  expect(lenient.stdout).toMatch(/BatchMeterUsage\.input\.UsageRecords is unknown to/);
  expect([lenient.status, strict.status]).toEqual([0, 1]);
});
