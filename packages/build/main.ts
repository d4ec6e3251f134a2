import { commandLine, runCommandLine } from '../../ops/output/command-line';

await runCommandLine(
  commandLine('packages', '')
    .description('Builds every npm package in dist/packages/<name>, ready for `npm pack`.')
    .action(async () => {
      const { PACKAGES } = await import('../index');
      const { buildPackage } = await import('./build-package');
      for (const design of PACKAGES) console.log(await buildPackage(design));
    }),
);
