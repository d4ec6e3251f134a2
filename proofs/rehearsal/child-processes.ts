import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';

export type Environment = Readonly<Record<string, string>>;

interface Command {
  /** The program and its arguments. */
  command: readonly [program: string, ...args: string[]];
  env: Environment;
}

const PATIENCE_MS = 5000;

/** Starts processes, each in its own process group, so that their children end with them. */
export class ChildProcesses {
  readonly #running = new Set<ChildProcess>();

  constructor() {
    // The last resort, when an error leaves no time for `stop`.
    process.once('exit', () => this.#signal('SIGKILL'));
  }

  /**
   * Runs a command to its end.
   * @returns its output
   * @throws Error with its output when it fails
   */
  async run({ command: [program, ...args], env }: Command): Promise<string> {
    const child = this.#track(spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }));
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
    }
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    const printed = output.join('').trim();
    if (code !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${code ?? 'a signal'}:\n${printed}`);
    return printed;
  }

  /** Starts a server that prints to a file. */
  start({ command: [program, ...args], env }: Command, logFile: string): ChildProcess {
    const log = openSync(logFile, 'w');
    return this.#track(spawn(program, args, { env, detached: true, stdio: ['ignore', log, log] }));
  }

  /** Ends every running process and waits for its end. */
  async stop(): Promise<void> {
    const gone = [...this.#running].map((child) => new Promise((resolve) => child.once('close', resolve)));
    this.#signal('SIGTERM');
    const impatience = setTimeout(() => this.#signal('SIGKILL'), PATIENCE_MS);
    await Promise.all(gone);
    clearTimeout(impatience);
  }

  #track(child: ChildProcess): ChildProcess {
    this.#running.add(child);
    // A server's children (the functions) may outlive it, and always do when it crashes.
    child.once('close', () => {
      signalGroup(child, 'SIGKILL');
      this.#running.delete(child);
    });
    child.once('error', () => this.#running.delete(child));
    return child;
  }

  #signal(signal: NodeJS.Signals): void {
    for (const child of this.#running) signalGroup(child, signal);
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is empty.
  }
}
