import { commandLine, runCommandLine } from '../../ops/output/command-line';

await runCommandLine(
  commandLine('screenshots', '', '--folder /tmp/pictures')
    .description("Plays the demo's week and takes the documents' pictures of it, which needs Chromium.")
    .option('--folder <folder>', 'where the pictures are written', 'docs/pictures')
    .action(async ({ folder }: { folder: string }) => {
      await (await import('./take-screenshots')).takeScreenshots(folder);
    }),
);
