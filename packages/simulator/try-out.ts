import { cp, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from '../../ops/output/colours';
import { ChildProcesses } from '../../proofs/rehearsal/child-processes';
import { pythonWith } from '../../proofs/rehearsal/python-environment';
import { NotPossibleHereError } from '../../proofs/rehearsal/stages';
import { ROOT } from '../build/manifest';
import { run, seconds } from '../check/run';
import { playDockerfile } from './dockerfile';
import { startCommand } from './running-command';

const LARGEST_MB = 15;
const INSTALL = ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--no-save'];
const DOCKERFILE = join(ROOT, 'packages/simulator/Dockerfile');

/**
 * Uses the packed simulator as sellers do: by its command, in their tests with jest and with pytest, and by what the
 * Dockerfile does.
 * @returns what was found, a line each.
 */
export async function tryOutSimulator(tarball: string): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'packages-'));
  // Not within the other: another user must reach it.
  const image = await mkdtemp(join(tmpdir(), 'image-'));
  // Here jest and the AWS SDK are found in this repository; the simulator is the packed one.
  const here = join(ROOT, 'dist', 'try-out');
  try {
    return [
      ...(await installed(join(home, 'seller'), tarball)),
      ...(await testsWithJest(join(here, 'seller-tests-jest'), tarball)),
      ...(await withPython(join(home, 'seller-tests-pytest'), tarball)),
      ...(await playDockerfile(DOCKERFILE, { tarball, root: image })),
    ];
  } finally {
    await Promise.all([home, image, here].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** It is one package, it is small, and its command answers and stops. */
async function installed(folder: string, tarball: string): Promise<string[]> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{}');
  const took = await seconds(run(folder, 'npm', ...INSTALL, tarball));
  const modules = join(folder, 'node_modules');
  const packages = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  if (packages.length !== 1) throw new Error(`More than one package was installed: ${packages.join(', ')}.`);
  const files = await readdir(modules, { recursive: true });
  const sizes = await Promise.all(files.map(async (file) => (await lstat(join(modules, file))).size));
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20;
  if (megabytes > LARGEST_MB)
    throw new Error(`It takes ${megabytes.toFixed(1)} MB; at most ${LARGEST_MB} are promised.`);
  const program = join(modules, '.bin/aws-marketplace-simulator');
  const running = await startCommand({ program, args: ['--port', '0'], folder, env: process.env });
  const { ok } = await fetch(`${running.endpoint}/_marketplace/ledger`);
  const code = await running.stop();
  if (!ok || code !== 0) throw new Error(`The command answered: ${ok}; it ended with ${code}.`);
  return [`installs in ${took} s as one package of ${megabytes.toFixed(1)} MB; its command answers and stops`];
}

async function testsWithJest(folder: string, tarball: string): Promise<string[]> {
  await cp(join(ROOT, 'examples/seller-tests-jest'), folder, { recursive: true });
  await installAlone(folder, tarball);
  const took = await seconds(run(folder, process.execPath, join(ROOT, 'node_modules/jest/bin/jest.js')));
  return [`examples/seller-tests-jest passes in ${took} s`];
}

/** With PyPI's packages, which not every machine can get: then it says so in red and goes on. */
async function withPython(folder: string, tarball: string): Promise<string[]> {
  const example = join(ROOT, 'examples/seller-tests-pytest');
  const children = new ChildProcesses();
  const tools = { children, cacheFolder: join(ROOT, '.local', 'packages') };
  try {
    const python = await pythonWith(join(example, 'requirements.txt'), tools);
    await cp(example, folder, { recursive: true });
    await installAlone(folder, tarball);
    const took = await seconds(run(folder, python, '-m', 'pytest', '--quiet', '-p', 'no:cacheprovider'));
    const linter = await pythonWith(join(ROOT, 'packages/simulator/requirements.txt'), tools);
    await run(folder, join(linter, '../hadolint'), DOCKERFILE);
    return [`examples/seller-tests-pytest passes in ${took} s`, 'hadolint finds nothing in the Dockerfile'];
  } catch (error) {
    if (!(error instanceof NotPossibleHereError)) throw error;
    return [pc.red(pc.bold(`SKIPPED: neither pytest nor hadolint has run. ${error.message}`))];
  } finally {
    await children.stop();
  }
}

/** Without the example's other packages, which are found elsewhere. */
async function installAlone(folder: string, tarball: string): Promise<void> {
  await rm(join(folder, 'package.json'));
  await writeFile(join(folder, 'package.json'), '{}');
  await run(folder, 'npm', ...INSTALL, tarball);
}
