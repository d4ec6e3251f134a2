import { commandLine, runCommandLine } from '../../ops/output/command-line';
import type { DriftOptions } from './drift';

await runCommandLine(
  commandLine('drift', '', '--strict', '--write')
    .description(
      'Compares the facts about AWS that this project relies on with the newest\n' +
        "botocore and JavaScript clients, which it gets with the machine's own pip\n" +
        'and npm. Prints every difference with the files it concerns.',
    )
    .option('--strict', 'exit with 1 when something differs', false)
    .option('--write', 'write what was found into data/aws-facts.json', false)
    .action(async (options: DriftOptions) => {
      process.exitCode = await (await import('./drift')).drift(options);
    }),
);
