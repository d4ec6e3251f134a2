import type { InterleavedUnits } from './interleaved';
import {
  aggregationDollars,
  dynamoDbDollars,
  intakeDollars,
  logDollars,
  meteringDollars,
  storageDollars,
} from './prices';

/** A seller's numbers. Its customers are busy around the clock, and their events interleave. */
export interface SellersNumbers {
  customers: number;
  /** Of each customer and dimension. */
  eventsPerHour: number;
  /** That each customer uses. */
  dimensions: number;
  eventsPerRequest: number;
  eventRetentionDays: number;
}

const DAYS_A_MONTH = 30;
const HOURS_A_MONTH = DAYS_A_MONTH * 24;
const TALLY_RETENTION_DAYS = 400;
/** The ledger grows for ever. */
const LEDGER_MONTHS = 12;
const MILLION = 1_000_000;
/** A new on-demand table has four partitions, and one partition holds 10 GB; each is a shard of the stream. */
const FIRST_SHARDS = 4;
const PARTITION_BYTES = 10_000_000_000;

export function eventsAMonth({ customers, eventsPerHour, dimensions }: SellersNumbers): number {
  return customers * dimensions * eventsPerHour * HOURS_A_MONTH;
}

/** The shards of the events' table once it holds the events of the whole retention. */
export function shardsOf(numbers: SellersNumbers, eventBytes: number): number {
  const months = numbers.eventRetentionDays / DAYS_A_MONTH;
  return Math.max(FIRST_SHARDS, Math.ceil((eventsAMonth(numbers) * months * eventBytes) / PARTITION_BYTES));
}

/** `intakeReadUnits`: for each subscription that a request names. */
export type MonthUnits = InterleavedUnits & { intakeReadUnits: number };

/** Dollars of the month that follows the first year, by what they are for. */
export function monthDollars(numbers: SellersNumbers, units: MonthUnits): ReadonlyMap<string, number> {
  const { customers, dimensions, eventsPerRequest, eventRetentionDays } = numbers;
  const events = eventsAMonth(numbers);
  const hours = customers * dimensions * HOURS_A_MONTH;
  const requests = events / eventsPerRequest;
  const deliveries = units.deliveriesPerHour * HOURS_A_MONTH;
  const { tallies } = units;
  const writes = {
    writeUnits: events * units.writeUnits,
    readUnits: 0,
    tallies: { writeUnits: events * tallies.writeUnits, readUnits: 0 },
  };
  const intakeReads = requests * subscriptionsNamed(numbers) * units.intakeReadUnits;
  const reads = {
    writeUnits: 0,
    readUnits: events * units.readUnits + intakeReads,
    tallies: { writeUnits: 0, readUnits: events * tallies.readUnits },
  };
  const eventStore = storageDollars('usageEvents', (events * units.eventBytes * eventRetentionDays) / DAYS_A_MONTH);
  const tallyStore = storageDollars('usageTallies', (events * units.tallyBytes * TALLY_RETENTION_DAYS) / DAYS_A_MONTH);
  const ledger = storageDollars('hourlyUsage', hours * LEDGER_MONTHS * units.ledgerBytes);
  return new Map([
    ['write units', dynamoDbDollars(writes)],
    ['read units', dynamoDbDollars(reads)],
    [`events, stored for ${eventRetentionDays} days`, eventStore.storage],
    [`tallies, stored for ${TALLY_RETENTION_DAYS} days`, tallyStore.storage],
    ['ledger after a year', ledger.storage],
    ['backups of these', eventStore.backups + tallyStore.backups + ledger.backups],
    ['API Gateway and intake', (intakeDollars(eventsPerRequest, 0) * events) / MILLION],
    ['aggregation', (aggregationDollars(events / deliveries) * events) / MILLION],
    ['metering', meteringDollars(hours)],
    ['logs and traces', logDollars(requests) + logDollars(deliveries)],
  ]);
}

/** How many customers a request names on average, each of whose subscriptions it reads once. */
function subscriptionsNamed({ customers, eventsPerRequest }: SellersNumbers): number {
  return customers * (1 - (1 - 1 / customers) ** eventsPerRequest);
}

export const totalOf = (dollars: ReadonlyMap<string, number>): number =>
  [...dollars.values()].reduce((total, amount) => total + amount, 0);

/** What others would cost, by their formulas: write units only, without storage, intake and logs. */
const OTHERS = [
  { name: "AWS's sample: 4 write units an event; its query ends at 1 MB, some 8,000 records", writeUnits: 4 },
  { name: 'a counter per hour: 2 write units an event; it counts redeliveries twice', writeUnits: 2 },
  { name: 'a counter with a mark for each event in one transaction: 5 write units an event', writeUnits: 5 },
] as const;

export function othersDollars(numbers: SellersNumbers): { name: string; dollars: number }[] {
  return OTHERS.map(({ name, writeUnits }) => ({
    name,
    dollars: dynamoDbDollars({ writeUnits: writeUnits * eventsAMonth(numbers), readUnits: 0 }),
  }));
}
