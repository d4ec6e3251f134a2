import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';

/** Without pip, npm and the network, as on a machine that is offline. */
const drift = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'proofs/drift/main.ts', ...args], {
    encoding: 'utf8',
    env: { PATH: resolve('no-such-folder') },
  });

it('says what was not compared and exits with 0 when it can reach nothing, even with --strict', () => {
  const { status, stdout } = drift('--strict');

  expect(status).toBe(0);
  expect(stdout).toMatch(/NOT COMPARED: the service models of meteringmarketplace/);
  expect(stdout).toMatch(/NOT COMPARED: @aws-sdk\/client-marketplace-metering/);
  expect(stdout).toContain('Nothing was compared.');
});

it('prints help instead of doing its work', () => {
  const { status, stdout } = drift('--help');

  expect(status).toBe(0);
  expect(stdout).toContain('--strict');
  expect(stdout).not.toContain('compared with');
});
