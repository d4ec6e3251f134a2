import { SingleBar } from 'cli-progress';
import paint from '../../../ops/output/colours';
import { processTerminal } from '../../../ops/output/terminal';
import type { EngineName } from './faults';
import { INVARIANTS } from './invariants';
import { Summary, type SeedReport } from './summary';

export interface SeedsOptions {
  seeds: number;
  from: number;
  hours: number;
  workers: number;
  signal: AbortSignal;
}

/** How one engine plays seeds. */
export interface SeedPlayer<Report extends SeedReport> {
  engine: EngineName;
  /** Fewer simulated hours than this, of all seeds, may miss a fault by chance. */
  hoursForAllFaults: number;
  /** Plays the seeds until all are done, `onReport` answers false, or the signal comes. */
  play(options: SeedsOptions, onReport: (report: Report) => boolean): Promise<void>;
  /** The history of a seed that breaks a promise, and how to play it again. */
  explain(report: Report, options: SeedsOptions): Promise<{ history: readonly string[]; again: string }>;
}

const LINES_SHOWN = 200;

/** Plays seeds and tells what came of them. @returns the exit code. */
export async function playSeeds<Report extends SeedReport>(
  player: SeedPlayer<Report>,
  options: SeedsOptions,
): Promise<number> {
  const { seeds, hours, signal } = options;
  const summary = new Summary(player.engine);
  const bar = new SingleBar({
    format: '{bar} {value}/{total} seeds · {speed} seeds/s · {eta_formatted} left',
    stream: process.stdout,
  });
  const startedAtMs = performance.now();
  const seconds = () => (performance.now() - startedAtMs) / 1000;
  let broken: Report | undefined;
  if (process.stdout.isTTY) bar.start(seeds, 0, { speed: '–' });
  const onReport = (report: Report) => {
    summary.add(report);
    bar.update(summary.seeds, { speed: (summary.seeds / seconds()).toPrecision(2) });
    if (report.violation) broken ??= report;
    return broken === undefined;
  };
  await player.play(options, onReport).finally(() => bar.stop());
  if (broken) {
    console.log(paint.red(`Seed ${broken.seed} breaks a promise: ${nameOf(broken)}`));
    console.log(broken.violation?.what);
    const { history, again } = await player.explain(broken, options);
    if (history.length > LINES_SHOWN) console.log(`… ${history.length - LINES_SHOWN} lines before`);
    console.log([...history.slice(-LINES_SHOWN), again].join('\n'));
    return 1;
  }
  if (signal.aborted) {
    console.log(`Stopped after ${summary.seeds} seeds; nothing was broken so far.`);
    return 130;
  }
  console.log(summary.toTable(paint.red)(processTerminal.width));
  console.log(
    `${paint.green('No promise was broken')} in ${summary.seeds} seeds: ${summary.events} usage events, ` +
      (summary.calls > 0 ? `${summary.calls} calls of DynamoDB and AWS Marketplace, ` : '') +
      `${summary.records} records billed, ${seconds().toFixed(0)} s, ${(summary.seeds / seconds()).toPrecision(2)} seeds/s.`,
  );
  if (summary.missing.length === 0) return 0;
  console.log(paint.red(`Never happened: ${summary.missing.join(', ')}.`));
  return seeds * hours >= player.hoursForAllFaults ? 1 : 0;
}

const nameOf = ({ violation }: SeedReport) => (violation ? INVARIANTS[violation.invariant] : '');
