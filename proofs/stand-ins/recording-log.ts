import type { Log } from '../../lambdas/shared/runtime/logger';
import { faultsOfLine } from './log-lines';

/** What lines of any log showed that they must not show. After each test, the test run requires that it is empty. */
export const logFaults: string[] = [];

/**
 * Keeps every line as the text that a real logger would write, so that a test can find personal data in it. That
 * includes the message, stack, cause and fields of an error, which plain JSON omits.
 */
export class RecordingLog implements Log {
  readonly lines: string[] = [];
  readonly info = this.#write('info');
  readonly warn = this.#write('warn');
  readonly error = this.#write('error');

  get text(): string {
    return this.lines.join('\n');
  }

  #write(level: string): (...line: unknown[]) => void {
    return (...line) => {
      const [sentence, ids] = line;
      logFaults.push(...faultsOfLine(sentence, ids));
      this.lines.push(JSON.stringify([level, ...line], (_key, value) => withErrors(value)));
    };
  }
}

function withErrors(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return { ...value, name, message, stack, cause };
  }
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value];
  return typeof value === 'bigint' ? String(value) : value;
}
