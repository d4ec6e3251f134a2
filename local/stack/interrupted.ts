import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const WATCH_MS = 500;

/**
 * Resolves at the first Ctrl-C, SIGTERM or closed terminal. It listens for good: npm and tsx pass signals on, so that
 * one can come twice, and the second must not cut the clean-up short.
 */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (process.env.npm_lifecycle_event !== undefined) void whenNpmIsGone().then(resolve);
  });
}

/**
 * npm passes a SIGTERM to the shell between it and us, and the shell dies without a word: that it is gone is the only
 * sign we get. The shell is our parent's parent, because tsx stands in between.
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
