import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';

/** Synthesizes the stack of a configuration, once in a test run. @returns its folder */
export async function anAssembly(configuration: SellerConfiguration): Promise<string> {
  const text = JSON.stringify(configuration);
  const folder = join(tmpdir(), `assembly-${createHash('sha256').update(text).digest('hex')}`);
  if (existsSync(folder)) return folder;
  const outdir = mkdtempSync(join(tmpdir(), 'making-'));
  // In a process of its own, because Jest takes three times as long to load CDK, and does so for every file again.
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'test/flow/synthesize.ts', outdir, text]);
  try {
    renameSync(outdir, folder);
  } catch (error) {
    // Another worker made the same assembly first.
    if (!existsSync(folder)) throw error;
    rmSync(outdir, { recursive: true });
  }
  return folder;
}
