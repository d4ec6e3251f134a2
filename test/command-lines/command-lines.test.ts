import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

/** Every npm script that is a program of this repository, with its file. */
const PROGRAMS = Object.entries(scripts).flatMap(([name, command]) => {
  const [, file] = /^tsx (\S+\.ts)$/.exec(command) ?? [];
  return file === undefined ? [] : [{ name, file }];
});

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(file: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', file, ...args],
      { env: { PATH: 'none', COLUMNS: '80' } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('the command line of', () => {
  it('the scripts covers all of them', () => {
    expect(PROGRAMS.map(({ name }) => name).sort()).toEqual([
      'bench',
      'demo',
      'deploy',
      'drift',
      'fuzz',
      'last-release',
      'marketplace',
      'ops',
      'packages',
      'schemas',
      'screenshots',
      'simulate',
      'simulate:mutants',
      'start',
      'test:clients',
      'test:deploy',
      'test:packages',
    ]);
  });

  it.each(PROGRAMS)('$name prints options and examples for --help and starts no work', async ({ name, file }) => {
    const { code, stdout, stderr } = await run(file, '--help');
    expect([code, stderr]).toEqual([0, '']);
    const command = name === 'start' ? 'npm start' : `npm run ${name}`;
    expect(stdout).toMatch(new RegExp(`^Usage: ${command} --`));
    expect(stdout).toMatch(/\nOptions:\n/);
    // The help ends with the examples: nothing was printed after it.
    expect(stdout).toMatch(new RegExp(`\\nExamples:\\n(  ${command}.*\\n)+$`));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  // One of each kind: the scripts share one command line, the simulator and the operator's program have others.
  const kinds = PROGRAMS.filter(({ name }) => ['demo', 'marketplace', 'ops'].includes(name));
  it.each(kinds)('$name refuses an unknown option with what is allowed', async ({ file }) => {
    const { code, stdout, stderr } = await run(file, '--unheard-of');
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: unknown option '--unheard-of'/);
    expect(stderr).toMatch(/\nOptions:\n[^]*--help/);
    expect(stderr).toMatch(/\nExamples:\n/);
  });
});
