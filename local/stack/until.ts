import { setTimeout as sleep } from 'node:timers/promises';

/** However busy the machine is, nothing takes this long: what has not happened by then never happens. */
export const LONGEST_WAIT_MS = 240_000;
const POLL_MS = 5;

/**
 * Waits until `condition` holds.
 * @throws Error that names what did not happen within four minutes.
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`This did not happen within ${LONGEST_WAIT_MS / 1000} s: ${what}`);
    await sleep(POLL_MS);
  }
}
