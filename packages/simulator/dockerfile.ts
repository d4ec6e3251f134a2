import { execFile } from 'node:child_process';
import { chown, copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, matchesGlob } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { startCommand } from './running-command';

interface Instruction {
  name: string;
  value: string;
}

/** The instructions, each as one line, without comments. */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  return lines.split('\n').flatMap((line) => {
    const [, name, value] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
}

const words = z.array(z.string());
const NOBODY = 65_534;
/** Where the image has its programs, and the folders that the instructions name. */
const FOLDERS = ['usr/local/bin', 'opt', 'tmp', 'state'];

/**
 * Plays the image of a Dockerfile in a folder that stands for its file system, as a user who is not root: the files are
 * copied, the commands run, the entry point answers the health check, and it keeps its state in the volume. Ownership is
 * the one thing that is left out: only root gives files away.
 *
 * @param root - an empty folder
 * @returns what was found, a line each
 * @throws Error when an instruction fails
 */
export async function playDockerfile(
  dockerfile: string,
  { tarball, root }: { tarball: string; root: string },
): Promise<string[]> {
  const instructions = parseDockerfile(await readFile(dockerfile, 'utf8'));
  const all = (wanted: string) => instructions.filter(({ name }) => name === wanted).map(({ value }) => value);
  const [user = ''] = all('USER');
  if (!/^[1-9]\d*$/.test(user)) throw new Error(`The image runs as ${user || 'root'}: give USER a number above 0.`);
  const uid = await plainUser();
  await makeFileSystem(root, uid);
  const inside = (text: string) => text.replaceAll(/(?<=^|[\s"'=])\/(opt|tmp|state)\b/g, `${root}/$1`);
  const path = `${join(root, 'usr/local/bin')}:${process.env.PATH}`;
  const env = { PATH: path, HOME: join(root, 'tmp'), npm_config_prefix: join(root, 'usr/local') };
  const options = { cwd: root, env, uid, gid: uid };
  const run = promisify(execFile);

  for (const { name, value } of instructions) {
    if (name === 'COPY') {
      const [pattern = '', target = ''] = value.split(' ');
      if (!matchesGlob(basename(tarball), pattern)) throw new Error(`COPY takes ${pattern}, not ${basename(tarball)}.`);
      await copyFile(tarball, inside(target));
    }
    if (name === 'RUN') await run('sh', ['-c', inside(value).replaceAll(/ --(owner|group)=\w+/g, '')], options);
  }
  const [program = '', ...args] = words.parse(JSON.parse(all('ENTRYPOINT')[0] ?? '')).map(inside);
  // Any free port, because the image's may be in use here.
  const command = { program, args: [...args, '--port', '0'], folder: join(root, 'state'), env, uid };
  const running = await startCommand(command);
  const [, check = ''] = /CMD (\[.*\])$/.exec(all('HEALTHCHECK')[0] ?? '') ?? [];
  const [checker = '', ...checked] = words.parse(JSON.parse(check));
  const { port } = new URL(running.endpoint);
  const healthCheck = () =>
    run(
      checker,
      checked.map((text) => text.replace(':4600/', `:${port}/`)),
      options,
    );
  await healthCheck();
  const code = await running.stop();
  const isHealthyWithout = await healthCheck().then(
    () => true,
    () => false,
  );
  if (code !== 0 || isHealthyWithout)
    throw new Error(`It ended with ${code}; healthy afterwards: ${isHealthyWithout}.`);
  const state = await readFile(join(root, 'state/state.json'), 'utf8');
  if (!state.startsWith('{"format":"aws-marketplace-simulator state"')) throw new Error('The volume has no state.');
  return [
    `the Dockerfile's commands run ${uid === undefined ? 'as this user' : `as the user ${uid}`} in an empty folder; the image itself was never built`,
  ];
}

/** @returns who else to be when this is root, if that user can run node and npm */
async function plainUser(): Promise<number | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const options = { uid: NOBODY, gid: NOBODY, cwd: '/', env: { PATH: process.env.PATH, HOME: '/' } };
  return promisify(execFile)('sh', ['-c', 'node --version && npm --version'], options).then(
    () => NOBODY,
    () => undefined,
  );
}

async function makeFileSystem(root: string, uid: number | undefined): Promise<void> {
  for (const folder of ['', ...FOLDERS]) {
    const made = join(root, folder);
    await mkdir(made, { recursive: true });
    for (let each = made; uid !== undefined && each.startsWith(root); each = dirname(each)) await chown(each, uid, uid);
  }
}
