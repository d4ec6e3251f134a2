import { printableLines } from '../../web/printable';
import type { Terminal } from './terminal';

const SHOWN_AFTER_MS = 2000;

/**
 * A terminal that says that a command still works when it takes longer than two seconds and shows no progress of its
 * own.
 */
export function patient(terminal: Terminal, work: string): { terminal: Terminal; stop(): void } {
  const timer = setTimeout(() => terminal.hint(`Still working: ${work} …`), SHOWN_AFTER_MS);
  const stop = () => clearTimeout(timer);
  return {
    terminal: {
      width: terminal.width,
      out: (text) => {
        // A command that prints before its end has been heard of.
        stop();
        terminal.out(text);
      },
      // A command's own sentences name what is stored, such as an object's key.
      err: (text) => terminal.err(printableLines(text)),
      hint: (text) => terminal.hint(text),
      progress: (label, total) => {
        stop();
        return terminal.progress(label, total);
      },
    },
    stop,
  };
}
