import { commandLine, runCommandLine } from '../../ops/output/command-line';

// DynamoDB Local ends when this process exits, but not when a signal ends it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

await runCommandLine(
  commandLine('demo', '')
    .description(
      'Plays a week of five buyers on this machine, with the configuration\n' +
        'proofs/example.config.json, and compares the bill with what they used.',
    )
    .action(async () => {
      process.exitCode = await (await import('./demo')).demo();
    }),
);
