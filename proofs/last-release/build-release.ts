import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAST_RELEASE_CONFIGURATION } from './configuration';
import { packRelease } from './packed-release';

/**
 * Builds a commit as it would be released, with the packages of its own lockfile, and packs its assembly.
 * @returns the commit's full hash and the size of the packed file in bytes
 */
export function buildRelease(commit: string, { say }: { say(line: string): void }): { commit: string; bytes: number } {
  const home = mkdtempSync(join(tmpdir(), 'last-release-'));
  const [source, assembly] = [join(home, 'source'), join(home, 'cdk.out')];
  try {
    say(`Checking out ${commit} …`);
    run('git', ['worktree', 'add', '--detach', source, commit]);
    const whole = run('git', ['rev-parse', commit]).trim();
    say('Installing its packages …');
    run('npm', ['ci', '--no-audit', '--no-fund'], source);
    say('Synthesizing its template and bundling its functions …');
    const file = join(home, 'marketplace.config.json');
    writeFileSync(file, JSON.stringify(LAST_RELEASE_CONFIGURATION));
    run('npm', ['run', 'synth', '--', '--output', assembly, '--context', `marketplaceConfig=${file}`], source);
    return { commit: whole, bytes: packRelease(assembly, whole) };
  } finally {
    rmSync(home, { recursive: true, force: true });
    run('git', ['worktree', 'prune']);
  }
}

function run(program: string, args: readonly string[], cwd?: string): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
