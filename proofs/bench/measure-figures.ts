import { SingleBar } from 'cli-progress';
import { buildSync } from 'esbuild';
import { bundleOptions } from '../../lib/function-bundle';
import { startEmbeddedDynamoDb } from '../../local/dynamodb/wire/server';
import { aSellerConfiguration } from '../stand-ins/a-seller';
import { measureHotCustomer, measureOneShard } from './aggregation-rate';
import { measureCallRate, measureMemory, measureSettled } from './call-rate';
import type { Figures } from './figures';
import { measureHeavyHours } from './heavy-hours';
import { measureIntakeTime } from './intake-time';
import { measureInterleaved } from './interleaved';
import { othersDollars } from './month';
import { measureMonth } from './sellers-month';
import { measureIntakeReads, measureSubscriptionReads } from './subscription-reads';
import { measureHour } from './usage-path';

const BATCH_SIZES = [1, 2, 6, 10, 25, 50, 100, 500];
const EVENTS_PER_HOUR = [100, 500];
const CASES = [
  { batchSize: 1, eventsPerHour: 1 },
  ...BATCH_SIZES.flatMap((batchSize) =>
    EVENTS_PER_HOUR.filter((events) => batchSize <= events).map((eventsPerHour) => ({ batchSize, eventsPerHour })),
  ),
];
const INTERLEAVED = [1_000, 10_000].flatMap((customers) => [1, 4].map((shards) => ({ customers, shards })));
const CALLS = [8, 9.8].flatMap((callsPerSecond) => [50, 100, 200, 400].map((callMs) => ({ callsPerSecond, callMs })));
const MILLION = 1_000_000;
const SETTLED = [
  { callsPerSecond: 8, callMs: 100 },
  { callsPerSecond: 9.8, callMs: 50 },
  { callsPerSecond: 9.8, callMs: 400 },
];
const MEMORY = [10_000, MILLION];
const EXAMPLE = { customers: 1_000, eventsPerHour: 360, dimensions: 2, eventsPerRequest: 100 };
/** 10,000 events a second, 20 seconds or windows of them. */
const HOT_CUSTOMERS = [1, 10].map((windowSeconds) => ({
  ...{ shards: 100, perSecond: 10_000 },
  windowSeconds,
  windows: 20 / windowSeconds,
}));

const ALL = [CASES, INTERLEAVED, CALLS, SETTLED, MEMORY, HOT_CUSTOMERS].flat();

/** Measures everything, one after the other. */
export async function measureFigures(): Promise<Figures> {
  const progress = new SingleBar({ format: 'measuring {bar} {value}/{total}', clearOnComplete: true });
  if (process.stdout.isTTY) progress.start(ALL.length + 5, 0);
  const each = async <Case, Result>(cases: readonly Case[], measure: (one: Case) => Promise<Result>) => {
    const results: Result[] = [];
    for (const one of cases) {
      results.push(await measure(one));
      progress.increment();
    }
    return results;
  };
  const [intakeMs = NaN] = await each([undefined], measureIntakeTime);
  const hours = await measureHours(each);
  const interleaved = await each(INTERLEAVED, async (one) => ({
    ...one,
    writeUnits: (await measureInterleaved(one)).writeUnits,
  }));
  const calls = await each(CALLS, async (one) => ({ ...one, ...(await measureCallRate(one)) }));
  const settled = await each(SETTLED, async (one) => ({
    ...one,
    ...(await measureSettled({ ...one, hours: MILLION })),
  }));
  const memory = await each(MEMORY, async (hours) => ({ hours, bytes: await measureMemory(hours) }));
  const [heavy] = await each([2 * MILLION], measureHeavyHours);
  const [oneShard] = await each([undefined], measureOneShard);
  const hotCustomer = await each(HOT_CUSTOMERS, async (one) => ({
    windowSeconds: one.windowSeconds,
    ...(await measureHotCustomer(one)),
  }));
  const [month] = await each([EXAMPLE], monthOf);
  const [reads] = await each([MILLION], measureSubscriptionReads);
  progress.stop();
  if (month === undefined || reads === undefined || oneShard === undefined || heavy === undefined)
    throw new Error('Not everything was measured.');
  return {
    hours,
    interleaved,
    calls,
    settled,
    memory,
    heavy,
    rates: { oneShard, hotCustomer },
    month,
    reads: { ...reads, intake: await measureIntakeReads() },
    intakeMs,
    bundleBytes: bundleBytes(),
  };
}

type Each = <Case, Result>(cases: readonly Case[], measure: (one: Case) => Promise<Result>) => Promise<Result[]>;

async function measureHours(each: Each): Promise<Figures['hours']> {
  const { endpoint, stop } = await startEmbeddedDynamoDb();
  try {
    return await each(CASES, async ({ eventsPerHour, batchSize }) => ({
      batchSize,
      eventsPerHour,
      ...(await measureHour(endpoint, eventsPerHour, batchSize)),
    }));
  } finally {
    await stop();
  }
}

async function monthOf(example: typeof EXAMPLE): Promise<Figures['month']> {
  const numbers = { ...example, eventRetentionDays: aSellerConfiguration().usage.eventRetentionDays };
  const { shards, costs } = await measureMonth(numbers);
  const windows = costs.map(({ batchingWindowSeconds, units, dollars }) => ({
    batchingWindowSeconds,
    writeUnits: units.writeUnits,
    dollars: [...dollars],
  }));
  return { shards, windows, others: othersDollars(numbers) };
}

function bundleBytes(): Figures['bundleBytes'] {
  const { metafile } = buildSync({ ...bundleOptions(), write: false, metafile: true, outdir: 'bundles' });
  return Object.entries(metafile.outputs).map(([path, { bytes }]) => [path.replace(/^bundles\/|\.js$/g, ''), bytes]);
}
