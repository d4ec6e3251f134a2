import { SingleBar } from 'cli-progress';
import { startEmbeddedDynamoDb } from '../../local/dynamodb/wire/server';
import { blocks, table, type Shown } from '../../ops/output/table';
import { processTerminal } from '../../ops/output/terminal';
import { measureCallRate } from './call-rate';
import { measureInterleaved } from './interleaved';
import { aggregationDollars, dynamoDbDollars, idleMonthDollars, intakeDollars } from './prices';
import { measureHour, type HourUnits } from './usage-path';

const BATCH_SIZES = [1, 2, 6, 10, 25, 50, 100, 500];
const EVENTS_PER_HOUR = [100, 500];
const HOURS_A_MONTH = 720;

interface Measurement extends HourUnits {
  batchSize: number;
  eventsPerHour: number;
}

async function measureAll(endpoint: string): Promise<Measurement[]> {
  const cases = BATCH_SIZES.flatMap((batchSize) =>
    EVENTS_PER_HOUR.filter((events) => batchSize <= events).map((eventsPerHour) => ({ batchSize, eventsPerHour })),
  );
  const progress = new SingleBar({ format: 'measuring {bar} {value}/{total}', clearOnComplete: true });
  if (process.stdout.isTTY) progress.start(cases.length + 1, 0);
  const measured: Measurement[] = [];
  for (const each of [...cases, { batchSize: 1, eventsPerHour: 1 }]) {
    measured.push({ ...each, ...(await measureHour(endpoint, each.eventsPerHour, each.batchSize)) });
    progress.increment();
  }
  progress.stop();
  return measured;
}

function unitsTable(measured: readonly Measurement[]): Shown {
  const columns = EVENTS_PER_HOUR.flatMap((count) => [`writes at ${count}/h`, `reads at ${count}/h`]);
  return table(
    ['batch', ...columns],
    BATCH_SIZES.map((batchSize) => {
      const cells = EVENTS_PER_HOUR.flatMap((eventsPerHour) => {
        const found = measured.find((each) => each.batchSize === batchSize && each.eventsPerHour === eventsPerHour);
        if (found === undefined) return ['', ''];
        return [(found.writeUnits / eventsPerHour).toFixed(2), (found.readUnits / eventsPerHour).toFixed(3)];
      });
      return [batchSize, ...cells];
    }),
  );
}

/** An event that is alone in its batch may still share the function's call with those of other subscriptions. */
function dollarsTable(measured: readonly Measurement[]): Shown {
  return table(
    ['batch', 'DynamoDB', 'intake, 1 a request', 'intake, 100 a request', 'aggregation'],
    measured
      .filter(({ eventsPerHour }) => eventsPerHour === 500)
      .map((each) => {
        const dollars = [
          (dynamoDbDollars(each) / each.eventsPerHour) * 1_000_000,
          intakeDollars(1),
          intakeDollars(100),
          aggregationDollars(each.batchSize),
        ];
        return [each.batchSize, ...dollars.map((amount) => amount.toFixed(2))];
      }),
  );
}

async function rateTable(): Promise<Shown> {
  const rows: string[][] = [];
  for (const ms of [50, 100, 200, 400]) {
    const { calls, share, commands } = await measureCallRate(ms);
    rows.push([`${ms} ms`, calls.toFixed(1), `${(share * 100).toFixed(0)}%`, commands.toFixed(1)]);
  }
  return table(['a call takes', 'calls a second', 'of the quota', 'DynamoDB calls a record'], rows);
}

async function interleavedTable(): Promise<Shown> {
  const rows: string[][] = [];
  for (const customers of [1_000, 10_000]) {
    const units: string[] = [];
    for (const shards of [1, 4]) units.push((await measureInterleaved({ customers, shards })).toFixed(2));
    rows.push([String(customers), ...units]);
  }
  return table(['customers', '1 shard', '4 shards'], rows);
}

/** Measures, and prints units and dollars. */
export async function bench(): Promise<void> {
  const database = await startEmbeddedDynamoDb();
  try {
    const measured = await measureAll(database.endpoint);
    const alone = measured.find(({ eventsPerHour }) => eventsPerHour === 1);
    if (alone === undefined) throw new Error('The hour with one event was not measured.');
    const { writeUnits, readUnits } = alone;
    const buyers = dynamoDbDollars({
      writeUnits: writeUnits * HOURS_A_MONTH * 1000,
      readUnits: readUnits * HOURS_A_MONTH * 1000,
    });
    const told = blocks(
      'DynamoDB units per usage event, from intake to the stored outcome, by how many events of one hour a batch brings ' +
        'and how many events an hour has:',
      unitsTable(measured),
      'Write units per usage event of customers whose events interleave, one every 10 seconds each:',
      await interleavedTable(),
      'US dollars per million usage events (prices and assumptions: proofs/bench/prices.ts):',
      dollarsTable(measured),
      `An hour with one event: ${writeUnits} write units, ${readUnits} read units.`,
      `A thousand buyers with one event in every hour of a month, one dimension: ${buyers.toFixed(2)} dollars of DynamoDB. ` +
        `A month of metering runs that find nothing: ${idleMonthDollars().toFixed(2)} dollars.`,
      'BatchMeterUsage with a backlog, in virtual time, a call of DynamoDB takes 5 ms:',
      await rateTable(),
    );
    console.log(told(processTerminal.width));
  } finally {
    await database.stop();
  }
}
