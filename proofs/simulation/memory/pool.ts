import { Worker } from 'node:worker_threads';
import type { SeedReport } from '../driver/summary';
import type { Assignment } from '../worker';

/** Few enough that no worker is left alone with many at the end. */
const CHUNK = 4;

/** A seed makes hundreds of megabytes of garbage, which V8's default of a few megabytes would copy again and again. */
const YOUNG_GENERATION_MB = 96;

export interface PoolRun {
  /** The bundle that workers run. */
  file: string;
  /** The data that each worker gets at its start. */
  workerData?: unknown;
  from: number;
  seeds: number;
  hours: number;
  workers: number;
  /** Stops everything. */
  signal: AbortSignal;
  /** @returns false to stop here. */
  onReport(report: SeedReport): boolean;
}

/** Simulates seeds on several threads until all are done, one says stop, or the signal comes. */
export async function runPool({
  file,
  workerData,
  from,
  seeds,
  hours,
  workers,
  signal,
  onReport,
}: PoolRun): Promise<void> {
  let next = from;
  const end = from + seeds;
  const running: Worker[] = [];
  const stop = () => Promise.all(running.map((worker) => worker.terminate()));
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(file, {
        workerData,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      });
      running.push(worker);
      let left = 0;
      const assign = () => {
        const chunk = Array.from({ length: Math.min(CHUNK, end - next) }, (_, index) => next + index);
        next += chunk.length;
        left = chunk.length;
        if (left === 0) resolve(void worker.terminate());
        else worker.postMessage({ seeds: chunk, hours } satisfies Assignment);
      };
      worker.on('message', (report: SeedReport) => {
        left -= 1;
        if (!onReport(report)) void stop().then(() => resolve());
        else if (left === 0) assign();
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve());
      assign();
    });
  signal.addEventListener('abort', () => void stop(), { once: true });
  try {
    await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(seeds / CHUNK)) }, one));
  } finally {
    await stop();
  }
}
