import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOps } from '../../ops/program';
import { columnsOf } from '../../ops/output/wrap';
import { RecordingTerminal } from '../fakes/recording-terminal';
import type { FlowStack } from './a-running-stack';

/** Of the operator's terminal. Nothing that a command prints for people is wider. */
const WIDTH = 80;

/** Why the operator changes something. */
export const BECAUSE = ['--reason', 'case', '--ticket', 'C-123'];

/** The operator at a terminal, with the seller's configuration. */
export class Operator {
  readonly folder = mkdtempSync(join(tmpdir(), 'operator-'));

  constructor(private readonly running: FlowStack) {}

  /** Writes a file. @returns its path */
  file(name: string, text: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  async run(...args: string[]): Promise<{ exitCode: number; output: string; errors: string }> {
    const terminal = new RecordingTerminal(WIDTH);
    const { stack, configuration } = this.running;
    const config = this.file('marketplace.config.json', JSON.stringify(configuration));
    const where = ['--local', '--port', new URL(stack.url).port, '--config', config];
    const exitCode = await runOps([...where, ...args], terminal);
    // JSON and CSV are for programs.
    if (!args.includes('--json') && args.at(-1) !== '--csv') {
      const wide = terminal.output.split('\n').find((line) => columnsOf(line) > WIDTH);
      if (wide !== undefined) throw new Error(`${args.join(' ')} prints a line that is too wide:\n${wide}`);
    }
    return { exitCode, output: terminal.output, errors: terminal.errors };
  }

  /** Runs a command with `--json` and parses its output. */
  async ask(...args: string[]) {
    const { exitCode, output, errors } = await this.run(...args, '--json');
    if (output === '') throw new Error(errors);
    return { exitCode, json: JSON.parse(output) };
  }

  leave(): void {
    rmSync(this.folder, { recursive: true });
  }
}
