import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Place {
  folder: string;
  environment: Record<string, string>;
}

/** The environment without what names an account: a user's app gets the same template everywhere. */
function environmentWithoutAws(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name)));
}

/**
 * @returns what the command said.
 * @throws Error with what it said, when it fails.
 */
export async function run(place: string | Place, command: string, ...args: string[]): Promise<string> {
  const { folder, environment } = typeof place === 'string' ? { folder: place, environment: {} } : place;
  const options = { cwd: folder, env: { ...environmentWithoutAws(), ...environment }, maxBuffer: 2 ** 26 };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, options);
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[command, ...args].join(' ')} failed in ${folder}:\n${stdout}${stderr}`, { cause: error });
  }
}

/** How long the work takes, with one decimal. */
export async function seconds(work: Promise<unknown>): Promise<string> {
  const startedAtMs = performance.now();
  await work;
  return ((performance.now() - startedAtMs) / 1000).toFixed(1);
}
