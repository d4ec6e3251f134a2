import { commandLine, runCommandLine } from '../../ops/output/command-line';

await runCommandLine(
  commandLine('test:clients', '', '--skip-if-impossible')
    .description(
      "Runs the seller guide's examples against the simulator with boto3 and the\n" +
        'AWS CLI, in whole numbers and in decimals. Installs both into .local.',
    )
    .option('--skip-if-impossible', 'exit with 0 when python3 or PyPI is missing', false)
    .action(async ({ skipIfImpossible }: { skipIfImpossible: boolean }) => {
      process.exitCode = await (await import('./meet-clients')).meetClients(skipIfImpossible);
    }),
);
