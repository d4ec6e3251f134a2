import { setImmediate as turn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { SeedReport } from './driver/summary';
import { simulate } from './memory/simulate';

export interface Assignment {
  seeds: readonly number[];
  hours: number;
}

// The simulation injects thousands of errors, whose stacks nobody reads.
Error.stackTraceLimit = 0;

parentPort?.on('message', ({ seeds, hours }: Assignment) => {
  void work(seeds, hours);
});

async function work(seeds: readonly number[], hours: number): Promise<void> {
  for (const seed of seeds) {
    const { violation, counts, events, calls, records } = await simulate({ seed, hours });
    parentPort?.postMessage({ seed, violation, counts, events, calls, records } satisfies SeedReport);
    // Messages leave only on a turn of the event loop, which the simulation never yields to.
    await turn();
  }
}
