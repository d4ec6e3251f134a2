import { SingleBar } from 'cli-progress';
import pMap from 'p-map';
import paint from '../../ops/output/colours';
import { startDynamoDbLocal } from '../../local/stack/dynamodb-local';
import { untilInterrupted } from '../../local/stack/interrupted';
import { checkSeams } from '../mutants/check-seams';
import type { Mutant } from '../mutants/mutant';
import { MUTANTS } from '../mutants/mutants';
import { INVARIANTS } from '../simulation/invariants/broken-invariant';
import { synthesizeFor } from './assembly';
import { EngineSummary } from './engine-summary';
import { runSeed, type EngineReport } from './run-seed';
import { ENGINE_HOURS, ENGINE_SEEDS, SELLERS } from './settings';

export interface EngineOptions {
  seeds?: number;
  from: number;
  hours?: number;
  workers: number;
  /** Part of the name of one mutant. */
  without?: string;
}

const LINES_SHOWN = 250;

/** Seeds on DynamoDB Local and the synthesized stack. @returns the exit code. */
export async function runEngine({
  seeds = ENGINE_SEEDS,
  hours = ENGINE_HOURS,
  ...options
}: EngineOptions): Promise<number> {
  const controller = new AbortController();
  void untilInterrupted().then(() => controller.abort());
  const undo: (() => Promise<void>)[] = [];
  try {
    return await play({ seeds, hours, ...options }, { signal: controller.signal, undo });
  } catch (error) {
    if (controller.signal.aborted) return 130;
    console.error(paint.red(error instanceof Error ? error.message : String(error)));
    return 1;
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

type Chosen = EngineOptions & { seeds: number; hours: number };

interface Running {
  signal: AbortSignal;
  undo: (() => Promise<void>)[];
}

async function play(options: Chosen, { signal, undo }: Running): Promise<number> {
  const { seeds, from, hours, workers, without } = options;
  const mutant = mutantOf(without);
  if (mutant) await checkSeams([mutant]);
  say('Synthesizing the templates and starting DynamoDB Local …');
  const dynamoDb = await startDynamoDbLocal();
  undo.push(dynamoDb.stop);
  // Each seed plays one of the sellers, in turn.
  const sellers = SELLERS.map((seller, n) => ({
    seller,
    isPlayed: seeds >= SELLERS.length || from % SELLERS.length === n,
  }));
  const wasApplied: (() => boolean)[] = [];
  const assemblies = await pMap(sellers, async ({ seller, isPlayed }) => {
    if (!isPlayed) return '';
    const assembly = await synthesizeFor(seller, { mutant, signal });
    undo.push(assembly.remove);
    wasApplied.push(assembly.wasApplied);
    return assembly.folder;
  });
  const summary = new EngineSummary();
  const bar = new SingleBar({
    format: '{bar} {value}/{total} seeds · {speed} seeds/s · {eta_formatted} left',
    stream: process.stdout,
  });
  const startedAtMs = performance.now();
  const speed = () => summary.seeds / ((performance.now() - startedAtMs) / 1000);
  let broken: EngineReport | undefined;
  const found = new AbortController();
  const stopping = AbortSignal.any([signal, found.signal]);
  if (process.stdout.isTTY) bar.start(seeds, 0, { speed: '–' });
  await pMap(
    Array.from({ length: seeds }, (_, n) => from + n),
    async (seed) => {
      if (stopping.aborted) return;
      const report = await runSeed({
        seed,
        hours,
        assemblies,
        dynamodbEndpoint: dynamoDb.endpoint,
        signal: stopping,
      });
      if (stopping.aborted && report.violation === undefined) return;
      summary.add(report);
      if (!process.stdout.isTTY) say(`Seed ${seed}: ${report.events} usage events, ${report.records} records billed.`);
      bar.update(summary.seeds, { speed: speed().toFixed(2) });
      if (report.violation === undefined) return;
      broken ??= report;
      found.abort();
    },
    { concurrency: workers },
  );
  bar.stop();
  if (mutant && !signal.aborted && !wasApplied.some((was) => was()))
    throw new Error(`The mutant "${mutant.name}" was never applied: no function reached what it replaces.`);
  if (broken) return explain(broken, options);
  if (signal.aborted) {
    console.log(`Stopped after ${summary.seeds} seeds; nothing was broken so far.`);
    return 130;
  }
  console.log(summary.toTable(paint.red));
  console.log(
    `${paint.green('No promise was broken')} in ${summary.seeds} seeds on DynamoDB Local: ${summary.events} usage events, ` +
      `${summary.records} records billed, ${(summary.seeds / speed()).toFixed(0)} s, ${speed().toFixed(2)} seeds/s.`,
  );
  if (summary.missing.length === 0) return 0;
  console.log(paint.red(`Never happened: ${summary.missing.join(', ')}.`));
  return seeds >= ENGINE_SEEDS ? 1 : 0;
}

/** @throws Error with the names there are, when none or more than one is meant. */
function mutantOf(without: string | undefined): Mutant | undefined {
  if (without === undefined) return undefined;
  const meant = MUTANTS.filter(({ name }) => name.includes(without));
  const [mutant] = meant;
  if (mutant === undefined || meant.length > 1)
    throw new Error(
      `--without takes a part of one of these names, and "${without}" is in ${meant.length}:\n` +
        MUTANTS.map(({ name }) => `  ${name}`).join('\n'),
    );
  say(`Production code is changed: ${mutant.name}. A broken promise is what has to be found.`);
  return mutant;
}

function explain({ seed, violation, history }: EngineReport, { hours, without }: Chosen): number {
  console.log(paint.red(`Seed ${seed} breaks a promise: ${violation ? INVARIANTS[violation.invariant] : ''}`));
  console.log(violation?.what);
  if (history.length > LINES_SHOWN) console.log(`… ${history.length - LINES_SHOWN} lines before`);
  console.log(history.slice(-LINES_SHOWN).join('\n'));
  const again = without === undefined ? '' : ` --without "${without}"`;
  console.log(
    `Again: npm run simulate -- --engine dynamodb --seeds 1 --from ${seed} --hours ${hours}${again}\n` +
      'The plan comes from the seed and is the same each time; functions, streams and tables work at the same time for\n' +
      'real, so that what meets what is not. It may take some tries.',
  );
  return 1;
}

const say = (line: string) => console.log(paint.dim(line));
