import { commandLine, runCommandLine } from '../../ops/output/command-line';

await runCommandLine(
  commandLine('bench', '')
    .description('Measures what a usage event costs: DynamoDB units, and US dollars by the prices in prices.ts.')
    .action(async () => (await import('./bench')).bench()),
);
