import { commandLine, runCommandLine } from '../../ops/output/command-line';
import { wholeNumber } from '../../ops/output/whole-number';
import type { MutantsOptions } from './bite-mutants';

await runCommandLine(
  commandLine('simulate:mutants', '', '--only "frozen"', '--seeds 1000')
    .description('Takes away one safety mechanism after the other: the simulation must notice each.')
    .option('--seeds <n>', 'how many seeds a mutant may survive', wholeNumber(1), 500)
    .option('--write', 'remember the seeds of mutants that few seeds notice, and begin with them next time', false)
    .option('--only <text>', 'mutants with this in their name')
    .action(async (options: MutantsOptions) => {
      process.exitCode = await (await import('./bite-mutants')).biteMutants(options);
    }),
);
