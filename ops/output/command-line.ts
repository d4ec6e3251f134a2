import { Command } from 'commander';
import pc from './colours';
import { printableLines } from '../../web/printable';

/**
 * The command line of an npm script. All of them show every option with examples for `--help`, and answer a mistake
 * with the mistake and everything that is allowed. Work is imported by the action only, so neither starts it.
 */
export function commandLine(script: string, ...examples: readonly string[]): Command {
  const name = script === 'start' ? 'npm start' : `npm run ${script}`;
  const line = (example: string) => `  ${example === '' ? name : `${name} -- ${example}`}`;
  return new Command(`${name} --`)
    .showHelpAfterError(true)
    .addHelpText('after', `\nExamples:\n${examples.map(line).join('\n')}`);
}

/** Runs the command line of this process. A failure is one sentence on stderr, and exit code 1. */
export async function runCommandLine(command: Command): Promise<void> {
  try {
    await command.parseAsync();
  } catch (error) {
    process.stderr.write(`${pc.red(printableLines(error instanceof Error ? error.message : String(error)))}\n`);
    process.exitCode = 1;
  }
}
