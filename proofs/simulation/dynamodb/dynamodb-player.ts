import pMap from 'p-map';
import paint from '../../../ops/output/colours';
import { startDynamoDbLocal } from '../../../local/stack/dynamodb-local';
import type { Replacement } from '../../mutants/bundle';
import { MUTANTS } from '../../mutants/mutants';
import { playSeeds, type SeedPlayer, type SeedsOptions } from '../driver/play-seeds';
import { synthesizeFor } from './assembly';
import { DYNAMODB_SEEDS, SELLERS } from './dynamodb-settings';
import { playDay, type DayReport } from './play-day';

export interface DynamoDbOptions extends SeedsOptions {
  /** Part of the name of one mutant. */
  without?: string;
}

/** Plays seeds on DynamoDB Local and the synthesized stack. @returns the exit code. */
export async function playOnDynamoDb(options: DynamoDbOptions): Promise<number> {
  const { seeds, from, signal, without } = options;
  const undo: (() => Promise<void>)[] = [];
  try {
    const changes = changesOf(without);
    say('Synthesizing the templates and starting DynamoDB Local …');
    const { endpoint, stop } = await startDynamoDbLocal();
    undo.push(stop);
    const assemblies = await pMap(SELLERS, async (seller, n) => {
      // Each seed plays one of the sellers, in turn.
      if (seeds < SELLERS.length && from % SELLERS.length !== n) return '';
      const { folder, remove } = await synthesizeFor(seller, { replacements: changes, signal });
      undo.push(remove);
      return folder;
    });
    return await playSeeds(playerOn(endpoint, assemblies, without), options);
  } catch (error) {
    if (signal.aborted) return 130;
    console.error(paint.red(error instanceof Error ? error.message : String(error)));
    return 1;
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

function playerOn(dynamodbEndpoint: string, assemblies: readonly string[], without?: string): SeedPlayer<DayReport> {
  return {
    engine: 'dynamodb',
    seedsForAllFaults: DYNAMODB_SEEDS,
    async play({ seeds, from, hours, workers, signal: stopped }, onReport) {
      const found = new AbortController();
      const signal = AbortSignal.any([stopped, found.signal]);
      const all = Array.from({ length: seeds }, (_, n) => from + n);
      const one = async (seed: number) => {
        if (signal.aborted) return;
        const report = await playDay({ seed, hours, assemblies, dynamodbEndpoint, signal });
        if (signal.aborted && report.violation === undefined) return;
        if (!process.stdout.isTTY)
          say(`Seed ${seed}: ${report.events} usage events, ${report.records} records billed.`);
        if (!onReport(report)) found.abort();
      };
      await pMap(all, one, { concurrency: workers });
    },
    async explain({ seed, history }, { hours }) {
      const change = without === undefined ? '' : ` --without "${without}"`;
      const again =
        `Again: npm run simulate -- --engine dynamodb --seeds 1 --from ${seed} --hours ${hours}${change}\n` +
        'The plan comes from the seed and is the same each time; functions, streams and tables work at the same time for\n' +
        'real, so that what meets what is not. It may take some tries.';
      return { history, again };
    },
  };
}

/** @throws Error with the names there are, when none or more than one is meant. */
function changesOf(without: string | undefined): readonly Replacement[] {
  if (without === undefined) return [];
  const meant = MUTANTS.filter(({ name }) => name.includes(without));
  const [mutant] = meant;
  if (mutant === undefined || meant.length > 1)
    throw new Error(
      `--without takes a part of one of these names, and "${without}" is in ${meant.length}:\n` +
        MUTANTS.map(({ name }) => `  ${name}`).join('\n'),
    );
  say(`Production code is changed: ${mutant.name}. A broken promise is what has to be found.`);
  return mutant.changes;
}

const say = (line: string) => console.log(paint.dim(line));
