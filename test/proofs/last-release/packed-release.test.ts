import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../../lambdas/shared/contract/functions';
import { readAssembly, type Assembly } from '../../../local/stack/assembly';
import { replacements } from '../../../local/stack/replacements';
import { LAST_RELEASE_CONFIGURATION } from '../../../proofs/last-release/configuration';
import {
  PACKED_FILE,
  packedFiles,
  readManifest,
  sha256,
  unpackRelease,
} from '../../../proofs/last-release/packed-release';
import { anAssembly } from '../../flow/an-assembly';

const folder = mkdtempSync(join(tmpdir(), 'last-release-'));
let before: Assembly;
let after: Assembly;

beforeAll(async () => {
  unpackRelease(folder);
  before = readAssembly(folder);
  after = readAssembly(await anAssembly(LAST_RELEASE_CONFIGURATION, before.stackName));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the last release', () => {
  it('is what its manifest says, file by file', () => {
    const { packed, files } = readManifest();
    expect(sha256(readFileSync(PACKED_FILE))).toBe(packed);
    const hashes = Object.entries(packedFiles()).map(([path, text]) => [path, sha256(text)]);
    expect(Object.fromEntries(hashes)).toEqual(files);
  });

  it('is a commit of this repository, where its history is there', () => {
    const { commit } = readManifest();
    const isShallow = git('rev-parse', '--is-shallow-repository') !== 'false';
    if (!isShallow) expect(git('merge-base', 'HEAD', commit)).toBe(commit);
  });

  it('is small enough for a repository', () => {
    expect(statSync(PACKED_FILE).size).toBeLessThan(500_000);
  });

  it('has the bundle of every function, with the configuration that it was built for', () => {
    const bundles = Object.entries(packedFiles()).filter(([path]) => path.endsWith('/index.mjs'));
    expect(bundles).toHaveLength(FUNCTION_NAMES.length);
    const [first] = LAST_RELEASE_CONFIGURATION.products;
    expect(bundles.filter(([, code]) => code.includes(first?.productCode ?? '')).length).toBeGreaterThan(1);
  });
});

describe('an update from the last release', () => {
  it('replaces and deletes nothing that keeps something', () => {
    expect(replacements(before.template, after.template)).toEqual([]);
  });

  it('leaves nothing behind when it is rolled back but queues without usage', () => {
    expect(replacements(after.template, before.template).map(({ type }) => type)).toEqual(['AWS::SQS::Queue']);
  });
});

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
