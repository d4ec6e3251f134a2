import type { Log } from '../../lambdas/shared/runtime/invocation';

/** Keeps every line as the text that would be written, so that a test can look for what must not be there. */
export class RecordingLog implements Log {
  readonly lines: string[] = [];
  readonly info = this.#write('info');
  readonly warn = this.#write('warn');
  readonly error = this.#write('error');

  get text(): string {
    return this.lines.join('\n');
  }

  #write(level: string): (...line: unknown[]) => void {
    return (...line) => void this.lines.push(JSON.stringify([level, ...line]));
  }
}
