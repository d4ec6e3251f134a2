import { rm } from 'node:fs/promises';
import { bundleWorker } from '../../mutants/bundle';
import type { SeedPlayer } from '../driver/play-seeds';
import type { SeedReport } from '../driver/summary';
import { DEFAULT_HOURS } from './memory-settings';
import { runPool } from './pool';
import { shrink } from './shrink';
import { simulate } from './simulate';
import { MINUTE_MS } from '../driver/time';

const SHRINK_FOR_MS = MINUTE_MS;

/** Plays months in memory, on several threads. */
export const memoryPlayer: SeedPlayer<SeedReport> = {
  engine: 'memory',
  hoursForAllFaults: 200 * DEFAULT_HOURS,
  async play(options, onReport) {
    const file = await bundleWorker('proofs/simulation/worker.ts', { name: `simulation-${process.pid}` });
    await runPool({ ...options, file, onReport }).finally(() => rm(file, { force: true }));
  },
  async explain({ seed }, { hours }) {
    console.log(`Looking for the shortest history, for at most ${SHRINK_FOR_MS / 1000} s …`);
    const now = () => performance.now();
    const { result, tries } = await shrink({ seed, hours }, { run: simulate, now, deadlineMs: now() + SHRINK_FOR_MS });
    const again = `npm run simulate -- --seeds 1 --from ${seed} --hours ${hours}`;
    return { history: result.history, again: `${result.steps} steps, after ${tries} tries. Again: ${again}` };
  },
};
