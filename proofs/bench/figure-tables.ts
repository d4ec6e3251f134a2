import type { Figures } from './figures';
import { totalOf } from './month';
import { aggregationDollars, dynamoDbDollars, intakeDollars } from './prices';

/** A table of figures, for the terminal and for docs/cost.md. */
export interface FigureTable {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

const count = (value: number, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The tables by the names that docs/cost.md gives them. */
export function figureTables(figures: Figures): ReadonlyMap<string, FigureTable> {
  return new Map([
    ['interleaved', interleavedTable(figures)],
    ['units', unitsTable(figures)],
    ['goals', goalsTable(figures)],
    ['dollars', dollarsTable(figures)],
    ['month', monthTable(figures)],
    ['windows', windowsTable(figures)],
    ['calls', callsTable(figures)],
  ]);
}

function interleavedTable({ interleaved }: Figures): FigureTable {
  const byCustomers = [...Map.groupBy(interleaved, ({ customers }) => customers)];
  return {
    title: 'Write units per usage event of customers whose events interleave, one every 10 seconds each',
    columns: [
      'customers',
      ...(byCustomers[0]?.[1] ?? []).map(({ shards }) => `${shards} shard${shards > 1 ? 's' : ''}`),
    ],
    rows: byCustomers.map(([customers, its]) => [
      count(customers),
      ...its.map(({ writeUnits }) => writeUnits.toFixed(2)),
    ]),
  };
}

function unitsTable({ hours }: Figures): FigureTable {
  const several = hours.filter(({ eventsPerHour }) => eventsPerHour > 1);
  const rates = [...new Set(several.map(({ eventsPerHour }) => eventsPerHour))];
  const rows = [...Map.groupBy(several, ({ batchSize }) => batchSize)].map(([batchSize, its]) => {
    const cells = rates.flatMap((rate) => {
      const found = its.find(({ eventsPerHour }) => eventsPerHour === rate);
      return found ? [(found.writeUnits / rate).toFixed(2), (found.readUnits / rate).toFixed(3)] : ['', ''];
    });
    return [String(batchSize), ...cells];
  });
  const columns = rates.flatMap((rate) => [`writes at ${rate}/h`, `reads at ${rate}/h`]);
  return {
    title: 'DynamoDB units per usage event, by how many events of one hour and dimension a batch brings',
    columns: ['events of one hour and dimension in a batch', ...columns],
    rows,
  };
}

function goalsTable({
  hours,
  reads,
  calls,
  settled,
  memory,
  heavy,
  rates,
  intakeMs,
  bundleBytes,
  month,
}: Figures): FigureTable {
  const alone = hours.find(({ eventsPerHour }) => eventsPerHour === 1);
  const [largest = '', bytes = 0] = bundleBytes.reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
  const ofWindow = (seconds: number) =>
    month.windows.find(({ batchingWindowSeconds }) => batchingWindowSeconds === seconds)?.dollars ?? [];
  return {
    title: 'Single figures',
    columns: ['measure', 'measured', 'goal'],
    rows: [
      [
        'an hour with one event, whole life',
        `${alone?.writeUnits} write, ${alone?.readUnits} read units`,
        '≤ 7 write units',
      ],
      [
        '`GET /subscriptions/{id}`, a million events in the open hour',
        `${count(reads.estimated, 1)} read units`,
        '≤ 50',
      ],
      ['the same hour folded, as sealing and `ops explain` do', `${count(reads.folded)} read units`, ''],
      ...settled.map(({ callsPerSecond, callMs, hours: inAnHour }) => [
        `due hours settled in one hour, a million waiting, ${callsPerSecond} calls a second of ${callMs} ms`,
        count(inAnHour),
        callsPerSecond === 9.8 ? '≥ 835,000' : '',
      ]),
      [
        `memory of a run with ${memory.map(({ hours: due }) => count(due)).join(' · ')} hours due`,
        `${memory.map(({ bytes: most }) => count(most / 1_000_000)).join(' · ')} MB`,
        'flat',
      ],
      [
        'ten hours of two million events each, beside 1,000 light hours',
        `${heavy.billed} billed in ${heavy.runs} run, ${count(heavy.lightBefore)} light ones before the last, ${count(heavy.bytes / 1_000_000)} MB`,
        '10 in 2,048 MB, none delayed',
      ],
      ['DynamoDB calls a metered record', Math.max(...calls.map(({ commands }) => commands)).toFixed(1), '≤ 2.5'],
      [
        'one shard, every event another customer',
        `${count(rates.oneShard.eventsPerSecond)} events a second`,
        '≥ 1,500',
      ],
      ...rates.hotCustomer.map(({ windowSeconds, failed, conflicts }) => [
        `one customer, 10,000 events a second through 100 shards, window ${windowSeconds} s`,
        `${count(failed * 100)} % failed deliveries, ${count(conflicts * 100)} % of the writes tried again`,
        'none failed',
      ]),
      ['processor time of an intake request of 100 events', `${count(intakeMs)} ms`, '≤ 60 ms'],
      [`the largest bundle (${largest})`, `${count(bytes / 1024)} KB`, '≤ 380 KB'],
      [
        'a month of 518 million events, window 60 s · 300 s',
        [60, 300].map((seconds) => `$${count(totalOf(new Map(ofWindow(seconds))))}`).join(' · '),
        '≤ $1,100',
      ],
    ],
  };
}

/** An event that is alone in its batch may still share the function's call with those of other subscriptions. */
function dollarsTable({ hours, reads: { intake } }: Figures): FigureTable {
  return {
    title: 'US dollars per million usage events, 500 an hour',
    columns: [
      'events of one hour and dimension in a batch',
      'DynamoDB',
      'intake, 1 a request',
      'intake, 100 a request',
      'aggregation',
    ],
    rows: hours
      .filter(({ eventsPerHour }) => eventsPerHour === 500)
      .map((each) => {
        const dynamoDb = (dynamoDbDollars(each) / each.eventsPerHour) * 1_000_000;
        const intakes = [1, 100].map((eventsPerRequest) => intakeDollars(eventsPerRequest, intake));
        const dollars = [dynamoDb, ...intakes, aggregationDollars(each.batchSize)];
        return [String(each.batchSize), ...dollars.map((amount) => amount.toFixed(2))];
      }),
  };
}

function monthTable({ month: { windows, others } }: Figures): FigureTable {
  const names = windows[0]?.dollars.map(([name]) => name) ?? [];
  const row = (name: string, amounts: number[]) => [name, ...amounts.map((amount) => count(amount))];
  const amountsOf = (name: string) => windows.map(({ dollars }) => new Map(dollars).get(name) ?? NaN);
  return {
    title: 'US dollars a month of 1,000 customers × 2 dimensions × 1 event per 10 s, by batching window',
    columns: ['', ...windows.map(({ batchingWindowSeconds }) => `${batchingWindowSeconds} s`)],
    rows: [
      ...names.map((name) => row(name, amountsOf(name))),
      row(
        '**together**',
        windows.map(({ dollars }) => totalOf(new Map(dollars))),
      ),
      ...others.map(({ name, dollars }) =>
        row(
          name,
          windows.map(() => dollars),
        ),
      ),
    ],
  };
}

function windowsTable({ month: { shards, windows } }: Figures): FigureTable {
  return {
    title: `The same, through the ${shards} shards that its stored events need`,
    columns: ['window', 'write units an event'],
    rows: windows.map(({ batchingWindowSeconds, writeUnits }) => [`${batchingWindowSeconds} s`, writeUnits.toFixed(2)]),
  };
}

function callsTable({ calls }: Figures): FigureTable {
  return {
    title: 'BatchMeterUsage with a backlog, in virtual time, a call of DynamoDB takes 5 ms',
    columns: [
      '`meteringCallsPerSecond`',
      'a call takes',
      'calls a second',
      'of those configured',
      'most in one second',
      'DynamoDB calls a record',
    ],
    rows: calls.map(({ callsPerSecond, callMs, calls: rate, share, mostCallsInASecond, commands }) => [
      String(callsPerSecond),
      `${callMs} ms`,
      rate.toFixed(1),
      `${(share * 100).toFixed(0)} %`,
      String(mostCallsInASecond),
      commands.toFixed(1),
    ]),
  };
}
