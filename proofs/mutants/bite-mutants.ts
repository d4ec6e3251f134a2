import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import pMap from 'p-map';
import paint from '../../ops/output/colours';
import { painted, table, type Shown } from '../../ops/output/table';
import { processTerminal } from '../../ops/output/terminal';
import { INVARIANTS } from '../simulation/driver/invariants';
import { bite, bundleMutants, type Bite } from './bite';
import { readKnownSeeds, writeKnownSeeds } from './known-seeds';
import { MUTANTS } from './mutants';

const OUTCOMES: Record<Bite['outcome'], [word: string, paint: (text: string) => string]> = {
  found: ['found', paint.green],
  survived: ['SURVIVED', paint.red],
  neverApplied: ['NEVER APPLIED', paint.red],
};

export interface MutantsOptions {
  seeds: number;
  only?: string;
  /** Remember the seeds of mutants that few seeds notice. */
  write: boolean;
}

/** @returns the exit code */
export async function biteMutants({ seeds, only = '', write }: MutantsOptions): Promise<number> {
  const { signal } = stoppedByHand();
  const mutants = MUTANTS.filter(({ name }) => name.includes(only));
  if (mutants.length === 0) throw new Error(`No mutant has "${only}" in its name.`);
  if (write && mutants.length < MUTANTS.length) throw new Error('--write needs every mutant: leave out --only.');
  const known = readKnownSeeds();
  const file = await bundleMutants();
  const bites = await pMap(
    mutants,
    async (mutant) => {
      const bitten = await bite(mutant, { file, seeds, known: known[mutant.name], signal });
      const [word, colour] = OUTCOMES[bitten.outcome];
      if (!signal.aborted) console.log(`${colour(word)} ${mutant.name}`);
      return bitten;
    },
    { concurrency: availableParallelism() },
  ).finally(() => rm(file, { force: true }));
  if (signal.aborted) return 130;
  console.log(toTable(bites)(processTerminal.width));
  const found = bites.filter((bitten) => bitten.outcome === 'found');
  if (write) writeKnownSeeds(found.map(({ mutant, seed }) => ({ mutant: mutant.name, seed })));
  console.log(`${found.length} of ${bites.length} mutants found.`);
  return found.length === bites.length ? 0 : 1;
}

function stoppedByHand(): AbortController {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller;
}

function toTable(bites: readonly Bite[]): Shown {
  return table(
    ['without its mechanism', 'seeds', 'noticed at seed', 'broken promise'],
    bites.map((bitten) => {
      const { mutant, seeds, outcome } = bitten;
      if (outcome === 'found') return [mutant.name, seeds, bitten.seed, INVARIANTS[bitten.violation.invariant]];
      const [word, paint] = OUTCOMES[outcome];
      return [mutant.name, seeds, undefined, painted(word, paint)];
    }),
  );
}
