import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import pMap from 'p-map';
import paint from '../../ops/output/colours';
import { INVARIANTS } from '../simulation/driver/invariants';
import { bite, bundleMutants, type Bite } from './bite';
import { MUTANTS } from './mutants';

const OUTCOMES: Record<Bite['outcome'], string> = {
  found: paint.green('found'),
  survived: paint.red('SURVIVED'),
  neverApplied: paint.red('NEVER APPLIED'),
};

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number above 0.');
  return number;
}

async function main({ seeds, only = '' }: { seeds: number; only?: string }): Promise<number> {
  const { signal } = stoppedByHand();
  const mutants = MUTANTS.filter(({ name }) => name.includes(only));
  if (mutants.length === 0) throw new Error(`No mutant has "${only}" in its name.`);
  const file = await bundleMutants();
  const bites = await pMap(
    mutants,
    async (mutant) => {
      const bitten = await bite(mutant, { file, seeds, signal });
      if (!signal.aborted) console.log(`${OUTCOMES[bitten.outcome]} ${mutant.name}`);
      return bitten;
    },
    { concurrency: availableParallelism() },
  ).finally(() => rm(file, { force: true }));
  if (signal.aborted) return 130;
  console.log(toTable(bites));
  const found = bites.filter(({ outcome }) => outcome === 'found');
  console.log(`${found.length} of ${bites.length} mutants found.`);
  return found.length === bites.length ? 0 : 1;
}

function stoppedByHand(): AbortController {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller;
}

/** No wider than 80 columns. */
function toTable(bites: readonly Bite[]): string {
  const table = new Table({
    head: ['without its mechanism', 'seeds', 'broken promise'],
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [34, 7, 35],
  });
  for (const bitten of bites) {
    const { mutant, seeds, outcome } = bitten;
    table.push([mutant.name, seeds, outcome === 'found' ? INVARIANTS[bitten.violation.invariant] : OUTCOMES[outcome]]);
  }
  return table.toString();
}

const program = new Command('simulate:mutants')
  .description('Takes away one safety mechanism after the other: the simulation must notice each.')
  .option('--seeds <n>', 'how many seeds a mutant may survive', wholeNumber, 300)
  .option('--only <text>', 'mutants with this in their name');
await program.parseAsync();
process.exitCode = await main(program.opts<{ seeds: number; only?: string }>());
