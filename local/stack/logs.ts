import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const KEPT_LINES = 2_000;

/** What functions print: kept in memory and, given a folder, written to one file per function. It is never printed. */
export class Logs {
  readonly #lines = new Map<string, string[]>();
  readonly #options: { folder?: string; sink?: (source: string, text: string) => void };
  #written: Promise<unknown> = Promise.resolve();

  constructor(options: { folder?: string; sink?: (source: string, text: string) => void } = {}) {
    this.#options = options;
  }

  write(source: string, text: string): void {
    const lines = this.#lines.get(source) ?? [];
    lines.push(...text.split('\n').filter((line) => line !== ''));
    this.#lines.set(source, lines.slice(-KEPT_LINES));
    this.#options.sink?.(source, text);
    const file = this.file(source);
    if (file !== undefined) {
      // Sequential writes keep the order. A full disk must not end the run.
      const append = () => mkdir(dirname(file), { recursive: true }).then(() => appendFile(file, withNewline(text)));
      this.#written = this.#written.then(append).catch(() => undefined);
    }
  }

  file(source: string): string | undefined {
    const { folder } = this.#options;
    return folder === undefined ? undefined : join(folder, `${source.replaceAll('/', '-')}.log`);
  }

  tail(source: string): string[] {
    return this.#lines.get(source) ?? [];
  }

  async flush(): Promise<void> {
    await this.#written;
  }
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
