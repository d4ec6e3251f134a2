import { commandLine, runCommandLine } from '../../ops/output/command-line';

await runCommandLine(
  commandLine('test:packages', '')
    .description('Builds and packs every npm package, and checks what a user gets.')
    .action(async () => {
      const { checkPackages } = await import('./check-packages');
      await checkPackages();
    }),
);
