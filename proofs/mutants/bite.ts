import { runPool } from '../simulation/memory/pool';
import { DEFAULT_HOURS } from '../simulation/memory/memory-settings';
import type { SeedReport } from '../simulation/driver/summary';
import { bundleWorker } from './bundle';
import { checkSeams } from './check-seams';
import type { Mutant } from './mutant';
import { MUTANTS } from './mutants';
import type { MutantWork } from './worker';

/** The result for one mutant. `neverApplied`: no seed reached its seam, so nothing is known about it. */
export type Bite = { mutant: Mutant; seeds: number } & (
  | { outcome: 'found'; seed: number; violation: NonNullable<SeedReport['violation']> }
  | { outcome: 'survived' | 'neverApplied' }
);

interface BiteOptions {
  /** The path that `bundleMutants` returned. */
  file: string;
  seeds: number;
  /** A seed to begin with. */
  known?: number | undefined;
  hours?: number;
  signal: AbortSignal;
}

/**
 * Bundles the simulation once, with every mutant in it.
 * @throws Error that names a mutant whose seam no longer exists.
 */
export async function bundleMutants(): Promise<string> {
  await checkSeams(MUTANTS);
  return bundleWorker('proofs/mutants/worker.ts', { name: `mutants-${process.pid}`, mutants: MUTANTS });
}

/** Runs one mutant, seed after seed, until a promise breaks. */
export async function bite(mutant: Mutant, options: BiteOptions): Promise<Bite> {
  const { known, hours = DEFAULT_HOURS } = options;
  const applied = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const workerData: MutantWork = { mutant: mutant.name, applied };
  let violation: SeedReport['violation'];
  let [seed, seeds] = [0, 0];
  const onReport = (report: SeedReport): boolean => {
    seeds += 1;
    ({ seed, violation } = report);
    return violation === undefined;
  };
  const run = async (part: { from: number; seeds: number }) =>
    runPool({ ...options, ...part, hours, workers: 1, workerData, onReport });
  if (known !== undefined) await run({ from: known, seeds: 1 });
  if (violation === undefined) await run({ from: 1, seeds: options.seeds });
  const [wasApplied] = new Int32Array(applied);
  if (wasApplied === 0) return { mutant, seeds, outcome: 'neverApplied' };
  return violation ? { mutant, seeds, outcome: 'found', seed, violation } : { mutant, seeds, outcome: 'survived' };
}
