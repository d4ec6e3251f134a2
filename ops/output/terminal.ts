import { Presets, SingleBar } from 'cli-progress';
import pc from './colours';

/** A progress bar for long work. */
interface Progress {
  /** Adds `count` to what is done, and corrects the total if `total` is given. */
  advance(count: number, total?: number): void;
  stop(): void;
}

/** A command's output. The report goes to `out`, everything else to `err`. */
export interface Terminal {
  /** The columns of a line. Infinite when the output goes to a file or a program, unless `COLUMNS` says otherwise. */
  readonly width: number;
  out(text: string): void;
  err(text: string): void;
  /** A line about the work, on a terminal only. */
  hint(text: string): void;
  /** Drawn on a terminal only. */
  progress(label: string, total: number): Progress;
}

export const processTerminal: Terminal = {
  get width() {
    return process.stdout.columns || Number(process.env.COLUMNS) || Infinity;
  },
  out: (text) => {
    process.stdout.write(`${text}\n`);
  },
  err: (text) => {
    process.stderr.write(`${text}\n`);
  },
  hint: (text) => {
    if (process.stderr.isTTY) process.stderr.write(`${pc.dim(text)}\n`);
  },
  progress: (label, total) => {
    // The bar itself draws nothing when there is no terminal.
    const bar = new SingleBar(
      { format: `${label} [{bar}] {value}/{total}`, stream: process.stderr, clearOnComplete: true, hideCursor: true },
      Presets.legacy,
    );
    bar.start(Math.max(total, 1), 0);
    return {
      advance: (count, newTotal) => {
        if (newTotal !== undefined) bar.setTotal(Math.max(newTotal, 1));
        bar.increment(count);
      },
      stop: () => bar.stop(),
    };
  },
};
