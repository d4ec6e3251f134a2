import { TABLES, type TableDesign, type TableName } from '../../lambdas/shared/contract/tables';
import { READ_SHARDS } from '../../lambdas/shared/stores/due-index';
import type { Units, UnitsByClass } from './consumed-capacity';

/**
 * List prices of us-east-1 in US dollars, without free tiers and discounts. Source: the price pages of the services, as
 * known in November 2026. They change: replace them with those of your bill.
 */
const PRICES = {
  /** DynamoDB on demand, by the class of the table. */
  dynamoDb: {
    STANDARD: { millionWrites: 0.625, millionReads: 0.125, gbMonth: 0.25 },
    STANDARD_INFREQUENT_ACCESS: { millionWrites: 0.78, millionReads: 0.155, gbMonth: 0.1 },
  },
  /** Point-in-time recovery, which every table of the stack has. */
  backupGbMonth: 0.2,
  httpApiMillionRequests: 1,
  lambdaMillionRequests: 0.2,
  lambdaGbSecondArm: 0.0000133334,
  logsGb: 0.5,
  millionTraces: 5,
} as const;

/** Assumptions about Lambda, because nothing here has run on it: milliseconds billed, warm. */
const ASSUMED_LAMBDA_MS = { recordUsage: 100, aggregateUsage: 300, meterUsageIdle: 1_000 } as const;
/** Assumed: Lambda's own lines, those of the function and the access log, of one call. */
const ASSUMED_LOG_BYTES = 1_500;

/** Memory in GB as the stack gives it (`lib/usage-events.ts`, `lib/usage-tallies.ts`, `lib/metering.ts`). */
const MEMORY_GB = { recordUsage: 1, aggregateUsage: 1, meterUsage: 2 } as const;
const MILLION = 1_000_000;

interface ClassPrices {
  millionWrites: number;
  millionReads: number;
  gbMonth: number;
}

function pricesOf(table: TableName): ClassPrices {
  const { tableClass }: TableDesign = TABLES[table];
  return PRICES.dynamoDb[tableClass ?? 'STANDARD'];
}

/** DynamoDB's part of the bill. @param tallies - those of the units that UsageTallies consumed */
export function dynamoDbDollars({
  writeUnits,
  readUnits,
  tallies = { writeUnits: 0, readUnits: 0 },
}: Units & Partial<UnitsByClass>): number {
  const others = { writeUnits: writeUnits - tallies.writeUnits, readUnits: readUnits - tallies.readUnits };
  return unitDollars(others, PRICES.dynamoDb.STANDARD) + unitDollars(tallies, pricesOf('usageTallies'));
}

function unitDollars(units: Units, { millionWrites, millionReads }: ClassPrices): number {
  return (units.writeUnits * millionWrites + units.readUnits * millionReads) / MILLION;
}

function lambdaDollars(calls: number, gbSecondsEach: number): number {
  return calls * (PRICES.lambdaMillionRequests / MILLION + gbSecondsEach * PRICES.lambdaGbSecondArm);
}

/** The price of taking in a million events over HTTP, so many per request, each of which consumes so many read units. */
export function intakeDollars(eventsPerRequest: number, readUnits: number): number {
  const requests = MILLION / eventsPerRequest;
  const gbSeconds = (MEMORY_GB.recordUsage * ASSUMED_LAMBDA_MS.recordUsage) / 1000;
  const api = (requests * PRICES.httpApiMillionRequests) / MILLION;
  return api + lambdaDollars(requests, gbSeconds) + dynamoDbDollars({ writeUnits: 0, readUnits: requests * readUnits });
}

/** The price of aggregating a million events, so many per call of the function, of any subscriptions. */
export function aggregationDollars(eventsPerCall: number): number {
  const gbSeconds = (MEMORY_GB.aggregateUsage * ASSUMED_LAMBDA_MS.aggregateUsage) / 1000;
  return lambdaDollars(MILLION / eventsPerCall, gbSeconds);
}

/** A month of metering runs that find nothing: 12 an hour, each of which queries every shard of the index. */
export function idleMonthDollars(): number {
  const runs = 12 * 24 * 30;
  const gbSeconds = (MEMORY_GB.meterUsage * ASSUMED_LAMBDA_MS.meterUsageIdle) / 1000;
  return (
    lambdaDollars(runs, gbSeconds) + dynamoDbDollars({ writeUnits: 0, readUnits: (runs * READ_SHARDS.length) / 2 })
  );
}

/** A month of bytes that a table stores, with their backup. */
export function storageDollars(table: TableName, bytes: number): { storage: number; backups: number } {
  const gb = bytes / 1_000_000_000;
  return { storage: gb * pricesOf(table).gbMonth, backups: gb * PRICES.backupGbMonth };
}

/** A month of logs, and of traces as X-Ray samples them: one a second, and 5 % of the rest. */
export function logDollars(calls: number): number {
  const aSecond = 30 * 86_400;
  const traces = calls <= aSecond ? calls : aSecond + 0.05 * (calls - aSecond);
  return (calls * ASSUMED_LOG_BYTES * PRICES.logsGb) / 1e9 + (traces * PRICES.millionTraces) / MILLION;
}

/** A month of metering runs that send so many records, 200 a second. */
export function meteringDollars(records: number): number {
  return idleMonthDollars() + (records / 200) * MEMORY_GB.meterUsage * PRICES.lambdaGbSecondArm;
}
