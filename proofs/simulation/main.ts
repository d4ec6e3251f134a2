import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import paint from '../../ops/output/colours';
import { bundleWorker } from '../mutants/bundle';
import { INVARIANTS } from './invariants/broken-invariant';
import { runPool } from './pool';
import { runEngine } from '../real-engine/run-seeds';
import { ENGINE_HOURS, ENGINE_SEEDS } from '../real-engine/settings';
import { DEFAULT_HOURS } from './settings';
import { simulate } from './simulate';
import { shrink } from './shrink';
import { SEEDS_FOR_ALL_FAULTS, Summary } from './summary';
import type { SeedReport } from './worker';

const SHRINK_FOR_MS = 60_000;
const LINES_SHOWN = 120;

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('a whole number, please');
  return number;
}

interface Options {
  engine: 'memory' | 'dynamodb';
  seeds?: number;
  from: number;
  hours?: number;
  without?: string;
  workers: number;
}

async function main({ seeds = 1000, from, hours = DEFAULT_HOURS, workers }: Options): Promise<number> {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  const file = await bundleWorker('proofs/simulation/worker.ts', { name: `simulation-${process.pid}` });
  const bar = new SingleBar({
    format: '{bar} {value}/{total} seeds · {speed} seeds/s · {eta_formatted} left',
    stream: process.stdout,
  });
  const summary = new Summary();
  const startedAtMs = performance.now();
  let broken: SeedReport | undefined;
  if (process.stdout.isTTY) bar.start(seeds, 0, { speed: '–' });
  await runPool({
    ...{ file, from, seeds, hours, workers, signal: controller.signal },
    onReport: (report) => {
      summary.add(report);
      const speed = summary.seeds / ((performance.now() - startedAtMs) / 1000);
      bar.update(summary.seeds, { speed: speed.toFixed(1) });
      if (report.violation) broken ??= report;
      return broken === undefined;
    },
  }).finally(() => rm(file, { force: true }));
  bar.stop();
  const seconds = (performance.now() - startedAtMs) / 1000;
  if (broken) return explain(broken, hours);
  if (controller.signal.aborted) {
    console.log(`Stopped after ${summary.seeds} seeds; nothing was broken so far.`);
    return 130;
  }
  console.log(summary.toTable(paint.red));
  console.log(
    `${paint.green('No promise was broken')} in ${summary.seeds} months: ${summary.events} usage events, ` +
      `${summary.calls} calls of DynamoDB and AWS Marketplace, ${seconds.toFixed(0)} s, ${(summary.seeds / seconds).toFixed(1)} seeds/s.`,
  );
  if (summary.missing.length === 0) return 0;
  console.log(paint.red(`Never happened: ${summary.missing.join(', ')}.`));
  return seeds >= SEEDS_FOR_ALL_FAULTS ? 1 : 0;
}

/** The seed, the promise, and the shortest history that breaks it. */
async function explain({ seed, violation }: SeedReport, hours: number): Promise<number> {
  console.log(paint.red(`Seed ${seed} breaks a promise: ${violation ? INVARIANTS[violation.invariant] : ''}`));
  console.log(violation?.what);
  console.log(`Looking for the shortest history, for at most ${SHRINK_FOR_MS / 1000} s …`);
  const { result, tries } = await shrink(
    { seed, hours },
    { run: simulate, now: () => performance.now(), deadlineMs: performance.now() + SHRINK_FOR_MS },
  );
  const { history } = result;
  if (history.length > LINES_SHOWN) console.log(`… ${history.length - LINES_SHOWN} lines before`);
  console.log(history.slice(-LINES_SHOWN).join('\n'));
  console.log(
    `${result.steps} steps, after ${tries} tries. Again: npm run simulate -- --seeds 1 --from ${seed} --hours ${hours}`,
  );
  return 1;
}

const program = new Command('simulate')
  .description('Simulates months of one seller, each from its seed, and holds them to the promise.')
  .addOption(
    new Option('--engine <name>', 'what the functions run on').choices(['memory', 'dynamodb']).default('memory'),
  )
  .option('--seeds <n>', `how many months (default: 1000, with dynamodb ${ENGINE_SEEDS})`, wholeNumber)
  .option('--from <seed>', 'the first seed', wholeNumber, 1)
  .option('--hours <n>', `how long a month is (default: ${DEFAULT_HOURS}, with dynamodb ${ENGINE_HOURS})`, wholeNumber)
  .option('--workers <n>', 'how many seeds at a time', wholeNumber, availableParallelism())
  .option('--without <mechanism>', 'with dynamodb: take a safety mechanism away, to see that it is missed');

await program.parseAsync();
const options = program.opts<Options>();
if (options.without !== undefined && options.engine !== 'dynamodb')
  program.error(
    '--without goes with --engine dynamodb; in memory, npm run simulate:mutants takes each mechanism away in turn.',
  );
process.exitCode = await (options.engine === 'dynamodb' ? runEngine(options) : main(options));
