import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import pMap from 'p-map';
import paint from '../../ops/output/colours';
import { bundleSimulation } from './bundle';
import { INVARIANTS } from '../simulation/invariants/broken-invariant';
import type { Mutant } from './mutant';
import { MUTANTS } from './mutants';
import { runPool } from '../simulation/pool';
import { DEFAULT_HOURS } from '../simulation/settings';
import type { SeedReport } from '../simulation/worker';

export interface Bite {
  mutant: Mutant;
  /** The first seed that found it out; undefined: it survived. */
  report?: SeedReport;
  seeds: number;
}

/** Runs one mutant, seed after seed, until a promise breaks. */
export async function bite(mutant: Mutant, { seeds, signal }: { seeds: number; signal: AbortSignal }): Promise<Bite> {
  const file = await bundleSimulation(`mutant-${process.pid}-${MUTANTS.indexOf(mutant)}`, mutant.changes);
  let report: SeedReport | undefined;
  let tried = 0;
  await runPool({
    ...{ file, from: 1, seeds, hours: DEFAULT_HOURS, workers: 1, signal },
    onReport: (next) => {
      tried += 1;
      if (next.violation) report = next;
      return report === undefined;
    },
  });
  return { mutant, report, seeds: tried };
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('a whole number, please');
  return number;
}

async function main({ seeds, only }: { seeds: number; only?: string }): Promise<number> {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  const mutants = MUTANTS.filter(({ name }) => only === undefined || name.includes(only));
  const bites = await pMap(
    mutants,
    async (mutant) => {
      const bitten = await bite(mutant, { seeds, signal: controller.signal });
      const {
        report,
        mutant: { name },
      } = bitten;
      if (!controller.signal.aborted)
        console.log(report ? `${paint.green('found')}    ${name}` : `${paint.red('SURVIVED')} ${name}`);
      return bitten;
    },
    { concurrency: availableParallelism() },
  );
  if (controller.signal.aborted) return 130;
  const table = new Table({
    head: ['without its mechanism', 'seeds', 'broken promise'],
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [58, 7, 70],
  });
  for (const { mutant, report, seeds: tried } of bites) {
    table.push([mutant.name, tried, report?.violation ? INVARIANTS[report.violation.invariant] : paint.red('none')]);
  }
  console.log(table.toString());
  const survivors = bites.filter(({ report }) => report === undefined);
  console.log(`${bites.length - survivors.length} of ${bites.length} mutants found.`);
  return survivors.length === 0 ? 0 : 1;
}

if (process.argv[1]?.endsWith('mutants/main.ts') === true) {
  const program = new Command('simulate:mutants')
    .description('Takes away one safety mechanism after the other: the simulation must notice each.')
    .option('--seeds <n>', 'how many seeds a mutant may survive', wholeNumber, 300)
    .option('--only <text>', 'mutants with this in their name');
  await program.parseAsync();
  process.exitCode = await main(program.opts<{ seeds: number; only?: string }>());
}
