import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ChildProcesses, Environment } from './child-processes';
import { NotPossibleHereError } from './stages';

/**
 * Creates a private virtual environment with exactly the packages of a file, once for each content of that file.
 *
 * @returns the path of its Python
 * @throws NotPossibleHereError when Python is missing or the package index cannot be reached
 */
export async function pythonWith(
  requirements: string,
  { children, cacheFolder }: { children: ChildProcesses; cacheFolder: string },
): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const home = resolve(cacheFolder, `python-${digest}`);
  const python = join(home, 'bin', 'python');
  const complete = join(home, 'complete');
  if (existsSync(complete)) return python;
  mkdirSync(cacheFolder, { recursive: true });
  rmSync(home, { recursive: true, force: true });
  // pip runs as it does for the person: with their index, proxy and certificates.
  const env = inherited();
  try {
    await children.run({ command: ['python3', '-m', 'venv', home], env });
  } catch (cause) {
    throw new NotPossibleHereError(`Install python3 (3.10 or newer) with venv.\n${sentence(cause)}`, { cause });
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
  try {
    await children.run({ command: [python, ...pip], env });
  } catch (cause) {
    const file = join(basename(dirname(requirements)), basename(requirements));
    throw new NotPossibleHereError(`The packages of ${file} could not be installed from PyPI.\n${sentence(cause)}`, {
      cause,
    });
  }
  // Written last: a folder without this file is incomplete.
  writeFileSync(complete, '');
  return python;
}

function inherited(): Environment {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
