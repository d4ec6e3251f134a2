import { InvalidArgumentError } from 'commander';
import { commandLine, runCommandLine } from '../../ops/output/command-line';
import { wholeNumber } from '../../ops/output/whole-number';
import type { FuzzOptions } from './fuzz';

function seed(text: string): number {
  if (!/^-?\d{1,10}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

await runCommandLine(
  commandLine('fuzz', '', '--cases 5000 --only record-usage', '--cases 100000 --seed 7')
    .description('Sends hostile input to every entrance of the functions, from a seed.')
    .option('--cases <number>', 'how many in all', wholeNumber(1), 100_000)
    .option('--seed <number>', 'the seed that a failure printed (default: any)', seed)
    .option('--only <text>', 'only the entrances whose name has this text', '')
    .action(async ({ seed = Math.floor(Math.random() * 0x7fffffff), ...options }: Partial<FuzzOptions>) => {
      const { cases = 0, only = '' } = options;
      process.exitCode = await (await import('./fuzz')).fuzz({ cases, only, seed });
    }),
);
