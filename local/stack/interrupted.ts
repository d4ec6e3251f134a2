import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const WATCH_MS = 500;

/**
 * Resolves at the first Ctrl-C, SIGTERM or closed terminal. The listeners stay: npm and tsx forward signals, so a second
 * one may arrive and must not interrupt the clean-up.
 */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (process.env.npm_lifecycle_event !== undefined) void whenNpmIsGone().then(resolve);
  });
}

/**
 * npm sends SIGTERM to the shell between npm and this process, and the shell does not forward it. The only sign is that
 * the shell is gone. It is the parent of our parent, tsx.
 */
async function whenNpmIsGone(): Promise<void> {
  const shell = await promisify(execFile)('ps', ['-o', 'ppid=', '-p', String(process.ppid)]).then(
    ({ stdout }) => Number(stdout.trim()),
    () => 0,
  );
  if (shell <= 1) return new Promise(() => undefined);
  while (isAlive(shell)) await new Promise((resolve) => setTimeout(resolve, WATCH_MS).unref());
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
