import type { Terminal } from '../../ops/output/terminal';

/** Keeps a command's output. */
export class RecordingTerminal implements Terminal {
  output = '';
  errors = '';

  constructor(readonly width = Infinity) {}

  out(text: string): void {
    this.output += `${text}\n`;
  }

  err(text: string): void {
    this.errors += `${text}\n`;
  }

  hint(text: string): void {
    this.err(text);
  }

  progress() {
    return { advance: () => undefined, stop: () => undefined };
  }
}
