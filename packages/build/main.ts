import { writeFileSync } from 'node:fs';
import { commandLine, runCommandLine } from '../../ops/output/command-line';

await runCommandLine(
  commandLine('packages', '')
    .description(
      'Builds every npm package in dist/packages/<name>, ready for `npm pack`, and writes its API reference in docs/api.',
    )
    .action(async () => {
      const { PACKAGES } = await import('../index');
      const { buildPackage } = await import('./build-package');
      const { referenceFile } = await import('./api-reference');
      for (const design of PACKAGES) {
        const { folder, reference } = await buildPackage(design);
        writeFileSync(referenceFile(design), reference);
        console.log(`Built ${folder} and wrote ${referenceFile(design)}.`);
      }
    }),
);
