import { relative } from 'node:path';
import { commandLine, runCommandLine } from '../../ops/output/command-line';
import { processTerminal } from '../../ops/output/terminal';

await runCommandLine(
  commandLine('last-release', '--commit v1.2.3')
    .description('Builds a release from git and keeps it as the one that updates are rehearsed from.')
    .requiredOption('--commit <commit>', 'the commit or tag of the release')
    .action(async ({ commit: wanted }: { commit: string }) => {
      const [{ buildRelease }, { PACKED_FILE }] = await Promise.all([
        import('./build-release'),
        import('./packed-release'),
      ]);
      const { commit, bytes } = buildRelease(wanted, { say: (line) => processTerminal.hint(line) });
      console.log(`${relative('.', PACKED_FILE)}: ${commit}, ${Math.ceil(bytes / 1024)} KB.`);
    }),
);
