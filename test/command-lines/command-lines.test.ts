import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

/** Runs a program in a process, as npm does. */
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

/**
 * Loads a program in this process and keeps what it prints until it exits. A process for each takes as long as all of
 * them here.
 */
async function load(file: string, ...args: string[]): Promise<Ran> {
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  // After its exit a process prints nothing.
  const keep = (stream: 'stdout' | 'stderr', text: unknown) => {
    if (ran.code === null) ran[stream] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => keep('stdout', text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => keep('stderr', text));
  vi.spyOn(console, 'log').mockImplementation((text) => void keep('stdout', text));
  vi.spyOn(console, 'error').mockImplementation((text) => void keep('stderr', text));
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    ran.code ??= Number(code ?? 0);
    throw new Error('The program has exited.');
  });
  for (const [name, value] of Object.entries({ PATH: 'none', COLUMNS: '80' })) vi.stubEnv(name, value);
  const { argv } = process;
  process.argv = [process.execPath, resolve(file), ...args];
  await import(resolve(file));
  ran.code ??= Number(process.exitCode ?? 0);
  process.argv = argv;
  process.exitCode = undefined;
  return ran;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

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
    const { code, stdout, stderr } = await load(file, '--help');
    expect([code, stderr]).toEqual([0, '']);
    const command = name === 'start' ? 'npm start' : `npm run ${name}`;
    expect(stdout).toMatch(new RegExp(`^Usage: ${command} --`));
    expect(stdout).toMatch(/\nOptions:\n/);
    // The help ends with the examples: nothing was printed after it.
    expect(stdout).toMatch(new RegExp(`\\nExamples:\\n(  ${command}.*\\n)+$`));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  // One of each kind: the scripts share one command line, the operator's program has another. So has the simulator:
  // test/simulator/command-line.
  const kinds = PROGRAMS.filter(({ name }) => ['demo', 'ops'].includes(name));
  it.each(kinds)('$name refuses an unknown option with what is allowed', async ({ file }) => {
    const { code, stdout, stderr } = await run(file, '--unheard-of');
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: unknown option '--unheard-of'/);
    expect(stderr).toMatch(/\nOptions:\n[^]*--help/);
    expect(stderr).toMatch(/\nExamples:\n/);
  });
});
