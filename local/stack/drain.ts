import type { Activity } from './activity';
import { LONGEST_WAIT_MS } from './until';

/** A mapping that collects work and delivers it. */
export interface Drainable {
  /** Resolves when everything that arrived before the call is delivered, without waiting for a window. */
  catchUp(): Promise<void>;
  /** Describes what has not been delivered. */
  waiting(): string[];
}

const SETTLE_MS = 2;

/**
 * Waits until a check of every stream, queue and function finds nothing to do and nothing happened during the check.
 * @throws Error that names what is not idle after the time limit.
 */
export async function drain(
  { mappings, activity }: { mappings: Drainable[]; activity: Activity },
  { limitMs = LONGEST_WAIT_MS } = {},
): Promise<void> {
  const deadline = Date.now() + limitMs;
  const busy = () => [...activity.running, ...mappings.flatMap((mapping) => mapping.waiting())];
  while (Date.now() < deadline) {
    const before = activity.count;
    const caughtUp = Promise.all(mappings.map((mapping) => mapping.catchUp()));
    if (!(await inTime(caughtUp, deadline))) break;
    if (activity.count === before && busy().length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  throw new Error(`Not idle after ${limitMs / 1000} s: ${busy().join('; ') || 'new work keeps arriving'}.`);
}

async function inTime(promise: Promise<unknown>, deadline: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), deadline - Date.now());
  });
  return Promise.race([promise.then(() => true), late]).finally(() => clearTimeout(timer));
}
