import type { Command } from 'commander';
import type { ParsedConfiguration } from '../lambdas/shared/contract/seller-configuration';
import type { Installation } from './installation/installation';
import type { Shown } from './output/table';
import type { Terminal } from './output/terminal';

/** What a command works with. */
export interface Ops {
  installation: Installation;
  /** Reads the file on each call. @throws OperatorError when it is not the deployed configuration. */
  configuration(): ParsedConfiguration;
  terminal: Terminal;
}

/** A command's result: `json` for machines, `text` for people. Exit code 1 means that something needs attention. */
export interface Report {
  json: unknown;
  text: Shown;
  exitCode?: 0 | 1;
}

/** Turns a command's work into a commander action that prints the report and sets the exit code. */
export type Reporting = <Arguments extends unknown[]>(
  work: (ops: Ops, ...args: Arguments) => Promise<Report>,
) => (...args: Arguments) => Promise<void>;

/** Each command is one file in `commands/`, listed in `commands/index.ts`. */
export type OpsCommand = (program: Command, reporting: Reporting) => void;

/** The text below a command's `--help`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  npm run ops -- ${line}`).join('\n')}`;
}
