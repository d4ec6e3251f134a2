import { Presets, SingleBar } from 'cli-progress';

/** How far long work has come. */
export interface Progress {
  /** So many more are done; `total` when it has become known better. */
  advance(count: number, total?: number): void;
  stop(): void;
}

/** Where a command's words go. What was asked for goes to `out`, everything else to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Drawn only where somebody looks. */
  progress(label: string, total: number): Progress;
}

export const processTerminal: Terminal = {
  out: (text) => {
    process.stdout.write(`${text}\n`);
  },
  err: (text) => {
    process.stderr.write(`${text}\n`);
  },
  progress: (label, total) => {
    // Without a terminal the bar draws nothing by itself.
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
