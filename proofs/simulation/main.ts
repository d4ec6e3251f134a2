import { availableParallelism } from 'node:os';
import { Option, type Command } from 'commander';
import { commandLine, runCommandLine } from '../../ops/output/command-line';
import { wholeNumber } from '../../ops/output/whole-number';
import { DYNAMODB_HOURS, DYNAMODB_SEEDS } from './dynamodb/dynamodb-settings';
import { DEFAULT_HOURS } from './memory/memory-settings';
import { MEMORY_SEEDS, type SimulateOptions } from './options';

await runCommandLine(
  commandLine(
    'simulate',
    '',
    '--seeds 100 --from 4000',
    '--engine dynamodb --seeds 2 --hours 12',
    '--engine dynamodb --without "MUTANT"',
  )
    .description('Simulates months of one seller, each from its seed, and holds them to the promise.')
    .addOption(
      new Option('--engine <name>', 'what the functions run on').choices(['memory', 'dynamodb']).default('memory'),
    )
    .option('--seeds <n>', `how many months (default: ${MEMORY_SEEDS}, with dynamodb ${DYNAMODB_SEEDS})`, wholeNumber())
    .option('--from <seed>', 'the first seed', wholeNumber(), 1)
    .option(
      '--hours <n>',
      `how long a month is (default: ${DEFAULT_HOURS}, with dynamodb ${DYNAMODB_HOURS})`,
      wholeNumber(),
    )
    .option('--workers <n>', 'how many seeds at a time', wholeNumber(1), availableParallelism())
    .option('--last-release', 'with dynamodb: begin with the last release, update, and roll back', false)
    .option('--dynamodb-local', "with dynamodb: on Amazon's DynamoDB Local, which needs Java 17", false)
    .option('--without <mechanism>', 'with dynamodb: take a safety mechanism away, to see that it is missed')
    .action(async (options: SimulateOptions, command: Command) => {
      if (options.without !== undefined && options.engine !== 'dynamodb')
        command.error('--without goes with --engine dynamodb. In memory, use npm run simulate:mutants.');
      if (options.lastRelease && options.engine !== 'dynamodb')
        command.error('--last-release goes with --engine dynamodb.');
      process.exitCode = await (await import('./simulate')).simulate(options);
    }),
);
