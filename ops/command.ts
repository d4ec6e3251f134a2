import type { Command } from 'commander';
import type { SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import type { Installation } from './installation/installation';
import type { Terminal } from './output/terminal';

/** What a command works with. Both are looked up when first asked for. */
export interface Ops {
  installation: Installation;
  /** @throws OperatorError when it is not the one that the functions have. */
  configuration(): SellerConfiguration;
  terminal: Terminal;
}

/** What a command found: `json` for machines, `text` for people; exit code 1 when somebody should look. */
export interface Report {
  json: unknown;
  text: string;
  exitCode?: 0 | 1;
}

/** Makes commander's action out of a command's work: prints the report, sets the exit code. */
export type Reporting = <Arguments extends unknown[]>(
  work: (ops: Ops, ...args: Arguments) => Promise<Report>,
) => (...args: Arguments) => Promise<void>;

/** One file in `commands/` each, listed in `commands/index.ts`. */
export type OpsCommand = (program: Command, reporting: Reporting) => void;

/** Shown below a command's `--help`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  npm run ops -- ${line}`).join('\n')}`;
}
