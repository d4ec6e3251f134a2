import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { startEmbeddedDynamoDb } from '../../local/dynamodb/wire/server';
import { measureCallRate } from './call-rate';
import { aggregationDollars, dynamoDbDollars, idleMonthDollars, intakeDollars } from './prices';
import { measureHour, type HourUnits } from './usage-path';

const BATCH_SIZES = [1, 2, 5, 10, 25, 50, 100, 500];
const EVENTS_PER_HOUR = [100, 500];
const HOURS_A_MONTH = 720;
const PLAIN = { style: { head: [], border: [] } };

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

function unitsTable(measured: readonly Measurement[]): string {
  const table = new Table({
    head: [
      'events of one hour in a batch',
      ...EVENTS_PER_HOUR.flatMap((count) => [`writes at ${count} an hour`, `reads at ${count} an hour`]),
    ],
    ...PLAIN,
  });
  for (const batchSize of BATCH_SIZES) {
    const cells = EVENTS_PER_HOUR.flatMap((eventsPerHour) => {
      const found = measured.find((each) => each.batchSize === batchSize && each.eventsPerHour === eventsPerHour);
      if (found === undefined) return ['', ''];
      return [(found.writeUnits / eventsPerHour).toFixed(2), (found.readUnits / eventsPerHour).toFixed(3)];
    });
    table.push([String(batchSize), ...cells]);
  }
  return table.toString();
}

/** An event that is alone in its batch may still share the function's call with those of other subscriptions. */
function dollarsTable(measured: readonly Measurement[]): string {
  const table = new Table({
    head: ['events of one hour in a batch', 'DynamoDB', 'intake, 1 a request', 'intake, 100 a request', 'aggregation'],
    ...PLAIN,
  });
  for (const each of measured.filter(({ eventsPerHour }) => eventsPerHour === 500)) {
    const dollars = [
      (dynamoDbDollars(each) / each.eventsPerHour) * 1_000_000,
      intakeDollars(1),
      intakeDollars(100),
      aggregationDollars(each.batchSize),
    ];
    table.push([String(each.batchSize), ...dollars.map((amount) => amount.toFixed(2))]);
  }
  return table.toString();
}

async function rateTable(): Promise<string> {
  const table = new Table({
    head: ['a call takes', 'calls a second', 'of the quota', 'DynamoDB calls a record'],
    ...PLAIN,
  });
  for (const ms of [50, 100, 200, 400]) {
    const { calls, share, commands } = await measureCallRate(ms);
    table.push([`${ms} ms`, calls.toFixed(1), `${(share * 100).toFixed(0)} %`, commands.toFixed(1)]);
  }
  return table.toString();
}

const database = await startEmbeddedDynamoDb();
try {
  const measured = await measureAll(database.endpoint);
  console.log('DynamoDB units per usage event, intake to stored outcome:');
  console.log(unitsTable(measured));
  console.log('US dollars per million usage events (prices and assumptions: proofs/bench/prices.ts):');
  console.log(dollarsTable(measured));
  const alone = measured.find(({ eventsPerHour }) => eventsPerHour === 1);
  if (alone === undefined) throw new Error('The hour with one event was not measured.');
  const { writeUnits, readUnits } = alone;
  console.log(`An hour with one event: ${writeUnits} write units, ${readUnits} read units.`);
  const buyers = dynamoDbDollars({
    writeUnits: writeUnits * HOURS_A_MONTH * 1000,
    readUnits: readUnits * HOURS_A_MONTH * 1000,
  });
  console.log(
    `A thousand buyers with one event in every hour of a month, one dimension: ${buyers.toFixed(2)} dollars of DynamoDB. ` +
      `A month of metering runs that find nothing: ${idleMonthDollars().toFixed(2)} dollars.`,
  );
  console.log('BatchMeterUsage with a backlog, in virtual time, a call of DynamoDB takes 5 ms:');
  console.log(await rateTable());
} finally {
  await database.stop();
}
