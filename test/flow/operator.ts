import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Installation } from '../../ops/installation/installation';
import { runOps } from '../../ops/program';
import { columnsOf } from '../../ops/output/wrap';
import { RecordingTerminal } from '../fakes/recording-terminal';
import type { FlowStack } from './a-running-stack';
import { allows, recordCalls, type OperatorsCall } from './operators-calls';

/** Of the operator's terminal. Nothing that a command prints for people is wider. */
const WIDTH = 80;

/** Why the operator changes something. */
export const BECAUSE = ['--reason', 'case', '--ticket', 'C-123'];

/** A policy that a command's `--help` names, and the option with which the command needs it. */
const NAMED_POLICY = /^ {2}(Operator\w+PolicyArn)(?:, with (--\w+))?$/gm;

/** A call, and the policies that its command named. */
export interface PermittedCall {
  call: OperatorsCall;
  policies: readonly string[];
}

/**
 * The operator at a terminal, with the seller's configuration and no permissions but those of the policies that each
 * command names.
 */
export class Operator {
  /** Every call of every command. */
  readonly calls: PermittedCall[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'operator-'));

  constructor(private readonly running: Pick<FlowStack, 'stack' | 'configuration'>) {}

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
    const calls: OperatorsCall[] = [];
    const watch = (installation: Installation) => recordCalls(installation, (call) => calls.push(call));
    const exitCode = await runOps([...where, ...args], terminal, watch);
    await this.#check(args, calls);
    // JSON and CSV are for programs.
    if (!args.includes('--json') && args.at(-1) !== '--csv') {
      const wide = terminal.output.split('\n').find((line) => columnsOf(line) > WIDTH);
      if (wide !== undefined) throw new Error(`${args.join(' ')} prints a line that is too wide:\n${wide}`);
    }
    return { exitCode, output: terminal.output, errors: terminal.errors };
  }

  /** @throws Error for a call that no policy allows which the command names. */
  async #check(args: readonly string[], calls: readonly OperatorsCall[]): Promise<void> {
    if (calls.length === 0) return;
    const { stack } = this.running;
    const policies = await policiesOf(args);
    const { outputs } = stack.status();
    const grants = policies.flatMap((name) => stack.managedPolicy(String(outputs[name])));
    const denied = calls.find((call) => !grants.some((grant) => allows(grant, call)));
    if (denied !== undefined)
      throw new Error(`${args.join(' ')} calls what ${policies.join(' and ')} do not allow: ${JSON.stringify(denied)}`);
    this.calls.push(...calls.map((call) => ({ call, policies })));
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

async function policiesOf(args: readonly string[]): Promise<string[]> {
  const terminal = new RecordingTerminal(WIDTH);
  await runOps([args[0] ?? '', '--help'], terminal);
  return [...terminal.output.matchAll(NAMED_POLICY)].flatMap(([, policy = '', option]) =>
    option === undefined || args.includes(option) ? [policy] : [],
  );
}
