import type { Ops } from '../command';
import { sentenceOf } from '../errors';
import { countingInto, type ReadUnits } from './read-units';

/** A read that takes longer than a page may. */
export type Reading<Result> = { readUnits: number } & (
  | { kind: 'running'; label: string; done: number; total: number | undefined }
  | { kind: 'done'; result: Result; readAtMs: number }
  | { kind: 'failed'; sentence: string }
);

/** Results that are kept for further pages and files, the oldest forgotten first. */
const KEPT = 12;

/** Long reads by name: the first page starts one, later pages show how far it is, then its result. */
export class BackgroundReads<Result> {
  readonly #readings = new Map<string, () => Reading<Result>>();

  constructor(private readonly ops: Ops) {}

  /** The reading, if somebody started it. */
  find(name: string): Reading<Result> | undefined {
    return this.#readings.get(name)?.();
  }

  /** Starts the work, unless it is running. The work's progress is what it tells the terminal of its `ops`. */
  start(name: string, work: (ops: Ops) => Promise<Result>): Reading<Result> {
    const known = this.find(name);
    if (known?.kind === 'running') return known;
    const units: ReadUnits = { count: 0 };
    const step: { label: string; done: number; total: number | undefined } = {
      label: 'Reading',
      done: 0,
      total: undefined,
    };
    let end: Reading<Result> | undefined;
    const watching = withProgress(this.ops, step);
    void countingInto(units, () => work(watching)).then(
      (result) => (end = { kind: 'done', result, readAtMs: this.ops.installation.clock.now(), readUnits: units.count }),
      (error: unknown) => (end = { kind: 'failed', sentence: sentenceOf(error), readUnits: units.count }),
    );
    this.#readings.delete(name);
    const [oldest] = this.#readings.keys();
    if (this.#readings.size >= KEPT && oldest !== undefined) this.#readings.delete(oldest);
    this.#readings.set(name, () => end ?? { kind: 'running', ...step, readUnits: units.count });
    return this.find(name) ?? { kind: 'running', ...step, readUnits: 0 };
  }
}

/** A command's read reports its progress to a terminal. Here the terminal is what the page shows. */
function withProgress(ops: Ops, step: { label: string; done: number; total: number | undefined }): Ops {
  return {
    ...ops,
    terminal: {
      ...ops.terminal,
      progress: (label, total) => {
        Object.assign(step, { label, done: 0, total: total === 0 ? undefined : total });
        return {
          advance: (count) => {
            step.done += count;
          },
          stop: () => undefined,
        };
      },
    },
  };
}
