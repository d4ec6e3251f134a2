import { commandLine } from './command-line/command-line';
import { run } from './command-line/run';
import { colours } from './command-line/welcome';

commandLine(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(colours.red(error instanceof Error ? error.message : String(error)));
    process.exitCode = 1;
  });
