import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import paint from '../../../ops/output/colours';
import { startDynamoDbLocal } from '../../dynamodb-local/dynamodb-local';
import { startEmbeddedDynamoDb } from '../../../local/dynamodb/wire/server';
import { unpackRelease } from '../../last-release/packed-release';
import { checkSeams } from '../../mutants/check-seams';
import type { Mutant } from '../../mutants/mutant';
import { MUTANTS } from '../../mutants/mutants';
import { playSeeds, type SeedPlayer, type SeedsOptions } from '../driver/play-seeds';
import { synthesizeFor, type OwnAssembly } from './assembly';
import { DYNAMODB_HOURS, DYNAMODB_SEEDS, SELLERS } from './dynamodb-settings';
import { playDay, type DayReport } from './play-day';

export interface DynamoDbOptions extends SeedsOptions {
  /** Part of the name of one mutant. */
  without?: string;
  /** Begin with the last release, update, and roll back. */
  lastRelease: boolean;
  /** Amazon's DynamoDB Local instead of the embedded DynamoDB. */
  onDynamoDbLocal: boolean;
}

/** Plays seeds on the synthesized stack and a DynamoDB behind its wire protocol. @returns the exit code. */
export async function playOnDynamoDb(options: DynamoDbOptions): Promise<number> {
  const { seeds, from, signal, without, lastRelease, onDynamoDbLocal } = options;
  const undo: (() => Promise<void>)[] = [];
  try {
    const mutant = mutantOf(without);
    if (mutant) await checkSeams([mutant]);
    say(`Synthesizing the templates and starting ${onDynamoDbLocal ? 'DynamoDB Local' : 'the embedded DynamoDB'} …`);
    const { endpoint, stop } = await (onDynamoDbLocal ? startDynamoDbLocal() : startEmbeddedDynamoDb());
    undo.push(stop);
    const assemblies = await pMap(SELLERS, async (seller, n) => {
      // Each seed plays one of the sellers, in turn.
      const isPlayed = lastRelease ? n === 0 : seeds >= SELLERS.length || from % SELLERS.length === n;
      if (!isPlayed) return undefined;
      const assembly = await synthesizeFor(seller, { mutant, signal });
      undo.push(assembly.remove);
      return assembly;
    });
    const older = lastRelease ? mkdtempSync(join(tmpdir(), 'last-release-')) : undefined;
    if (older !== undefined) {
      undo.push(() => rm(older, { recursive: true }));
      unpackRelease(older);
    }
    return await playSeeds(playerOn(endpoint, { own: assemblies, lastRelease: older, mutant }), options);
  } catch (error) {
    if (signal.aborted) return 130;
    console.error(paint.red(error instanceof Error ? error.message : String(error)));
    return 1;
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

interface Played {
  own: readonly (OwnAssembly | undefined)[];
  lastRelease: string | undefined;
  mutant: Mutant | undefined;
}

function playerOn(dynamodbEndpoint: string, { own, lastRelease, mutant }: Played): SeedPlayer<DayReport> {
  const assemblies = own.map((assembly) => assembly?.folder ?? '');
  return {
    engine: lastRelease === undefined ? 'dynamodb' : 'oldAndNew',
    hoursForAllFaults: DYNAMODB_SEEDS * DYNAMODB_HOURS,
    async play({ seeds, from, hours, workers, signal: stopped }, onReport) {
      const found = new AbortController();
      const signal = AbortSignal.any([stopped, found.signal]);
      const all = Array.from({ length: seeds }, (_, n) => from + n);
      const one = async (seed: number) => {
        if (signal.aborted) return;
        const report = await playDay({ seed, hours, assemblies, lastRelease, dynamodbEndpoint, signal });
        if (signal.aborted && report.violation === undefined) return;
        if (!process.stdout.isTTY)
          say(`Seed ${seed}: ${report.events} usage events, ${report.records} records billed.`);
        if (!onReport(report)) found.abort();
      };
      await pMap(all, one, { concurrency: workers });
      if (mutant && !stopped.aborted && !own.some((assembly) => assembly?.wasApplied() === true))
        throw new Error(`The mutant "${mutant.name}" was never applied: no function reached what it replaces.`);
    },
    async explain({ seed, history }, { hours }) {
      const command = lastRelease === undefined ? 'simulate -- --engine dynamodb' : 'simulate:old-and-new --';
      const change = mutant === undefined ? '' : ` --without "${mutant.name}"`;
      const again =
        `Again: npm run ${command} --seeds 1 --from ${seed} --hours ${hours}${change}\n` +
        'The plan comes from the seed and is the same each time; functions, streams and tables work at the same time for\n' +
        'real, so that what meets what is not. It may take some tries.';
      return { history, again };
    },
  };
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

const say = (line: string) => console.log(paint.dim(line));
