import type { TableName } from './tables';

/**
 * The files in which a function finds the seller's configuration, beside its bundle. 260 dimensions do not fit into
 * Lambda's 4 KB of environment. A logo and a hundred texts are in a file that only functions that show pages have.
 */
export const CONFIGURATION_FILES = { configuration: 'configuration.json', pages: 'pages.json' } as const;
export type ConfigurationFile = keyof typeof CONFIGURATION_FILES;

/** How a function runs. Every number is defined here only: for `lib/`, the functions and the proofs. */
export interface FunctionDesign {
  timeoutSeconds: number;
  /** How long before its timeout a run starts no new work, so that the work in progress can finish. */
  stopBeforeTimeoutSeconds?: number;
  /** The tables whose names it gets. */
  tables: readonly TableName[];
  /** What it reads of the seller's configuration: the files beside its bundle. */
  files?: readonly ConfigurationFile[];
  /** The largest number of stream records or queue messages per invocation. */
  batchSize?: number;
}

// One constant per function, so that its bundle contains only its own design.
export const REGISTER_SUBSCRIPTION = {
  // Longer than three attempts to resolve a token, so that the buyer sees our page, and below API Gateway's 30 s.
  timeoutSeconds: 25,
  tables: ['subscriptions', 'registrations', 'notices'],
  files: ['configuration', 'pages'],
} as const satisfies FunctionDesign;

export const COMPLETE_REGISTRATION = {
  timeoutSeconds: 15,
  tables: ['subscriptions', 'registrations', 'notices'],
  files: ['configuration', 'pages'],
} as const satisfies FunctionDesign;

export const EXCHANGE_REGISTRATION = {
  timeoutSeconds: 15,
  tables: ['subscriptions', 'registrations'],
} as const satisfies FunctionDesign;

export const FOLLOW_AGREEMENT = {
  timeoutSeconds: 30,
  batchSize: 10,
  tables: ['subscriptions', 'notices'],
  files: ['configuration'],
} as const satisfies FunctionDesign;

export const REFRESH_ENTITLEMENTS = {
  // Shorter than the sweep's interval: two concurrent sweeps share one quota and are no faster.
  timeoutSeconds: 240,
  stopBeforeTimeoutSeconds: 20,
  // Each change may need several calls to AWS Marketplace, and a failed one makes Lambda deliver the batch again.
  batchSize: 10,
  tables: ['subscriptions', 'notices'],
  files: ['configuration'],
} as const satisfies FunctionDesign;

const PUBLISH_NOTICES = { timeoutSeconds: 30, batchSize: 100, tables: [] } as const satisfies FunctionDesign;

export const RECORD_USAGE = {
  timeoutSeconds: 20,
  tables: ['subscriptions', 'usageEvents'],
  files: ['configuration'],
} as const satisfies FunctionDesign;

export const AGGREGATE_USAGE = {
  timeoutSeconds: 120,
  // Enough for the tallies in progress, though other writers compete for their hours.
  stopBeforeTimeoutSeconds: 20,
  // Lambda's largest. A tally costs the same for 2 events and for 200, and with many customers a smaller batch holds only
  // one event of each. Lambda limits a batch to 6 MB anyway.
  batchSize: 10_000,
  tables: ['subscriptions', 'usageTallies', 'hourlyUsage', 'notices'],
  files: ['configuration'],
} as const satisfies FunctionDesign;

export const METER_USAGE = {
  // A run starts calls until five seconds before the next run, so that a backlog is sent nearly all the time. Only its end,
  // in which it starts none, may be beside the next run: that shares the quota and claims other records.
  timeoutSeconds: 325,
  // Enough for the call in progress, for storing its outcomes, and for measuring what is left.
  stopBeforeTimeoutSeconds: 30,
  batchSize: 10,
  tables: ['subscriptions', 'notices', 'usageTallies', 'hourlyUsage'],
  files: ['configuration'],
} as const satisfies FunctionDesign;

export const DESCRIBE_SUBSCRIPTION = {
  // API Gateway's timeout is 30 s.
  timeoutSeconds: 25,
  tables: ['subscriptions', 'usageTallies', 'hourlyUsage'],
  files: ['configuration'],
} as const satisfies FunctionDesign;

/** The functions, by the folder of their code. */
export type FunctionName =
  | 'register-subscription'
  | 'complete-registration'
  | 'exchange-registration'
  | 'follow-agreement'
  | 'refresh-entitlements'
  | 'publish-notices'
  | 'record-usage'
  | 'aggregate-usage'
  | 'meter-usage'
  | 'describe-subscription';

export const FUNCTIONS = {
  'register-subscription': REGISTER_SUBSCRIPTION,
  'complete-registration': COMPLETE_REGISTRATION,
  'exchange-registration': EXCHANGE_REGISTRATION,
  'follow-agreement': FOLLOW_AGREEMENT,
  'refresh-entitlements': REFRESH_ENTITLEMENTS,
  'publish-notices': PUBLISH_NOTICES,
  'record-usage': RECORD_USAGE,
  'aggregate-usage': AGGREGATE_USAGE,
  'meter-usage': METER_USAGE,
  'describe-subscription': DESCRIBE_SUBSCRIPTION,
} as const satisfies Record<FunctionName, FunctionDesign>;

/** Marked pure, so that bundles that do not use it drop it. */
export const FUNCTION_NAMES = /* @__PURE__ */ Object.keys(FUNCTIONS) as FunctionName[];

/** The names, in `TABLES`, of a function's tables. */
export type TableOf<Name extends FunctionName> = (typeof FUNCTIONS)[Name]['tables'][number];

/**
 * The retries of every stream mapping. A record fails because a service that it needs is down, so retries go on for
 * hours. The stream deletes records after 24 hours. A batch that is given up and stored in the bucket after 6 hours
 * leaves a working day to redrive it before AWS stops accepting its hours.
 */
export const STREAM_MAPPING = { retryAttempts: 100, maxRecordAgeHours: 6 } as const;

/** The interval of metering's catch-up runs and of the entitlement sweep. */
export const SCHEDULE_MINUTES = 5;

/** The environment variable that names each table. */
export const TABLE_VARIABLES = {
  registrations: 'REGISTRATIONS_TABLE_NAME',
  subscriptions: 'SUBSCRIPTIONS_TABLE_NAME',
  usageEvents: 'USAGE_EVENTS_TABLE_NAME',
  usageTallies: 'USAGE_TALLIES_TABLE_NAME',
  hourlyUsage: 'HOURLY_USAGE_TABLE_NAME',
  notices: 'NOTICES_TABLE_NAME',
} as const satisfies Record<TableName, string>;

/**
 * The environment of a function. `lib/` writes exactly these variables, which the compiler checks, and the function
 * reads exactly these. Lambda itself sets `LAMBDA_TASK_ROOT`, the folder of the bundle.
 */
export type EnvOf<Name extends FunctionName> = Record<(typeof TABLE_VARIABLES)[TableOf<Name>], string> &
  (Name extends 'publish-notices' ? Record<'EVENT_BUS_NAME', string> : unknown) &
  (Name extends 'meter-usage' ? Record<'ENDING_REMINDERS_URL', string> : unknown);

/** The namespace of a function's metrics; Powertools reads it. */
export type MetricsEnv = Record<'POWERTOOLS_METRICS_NAMESPACE', string>;

/** Read by functions that end subscriptions or begin them again; present if contacts expire. */
export type ContactsEnv = Partial<Record<(typeof TABLE_VARIABLES)['registrations'], string>>;

/** Read by functions that browsers call; present if CloudFront is in front of them. */
export type FrontDoorEnv = Partial<Record<'FRONT_DOOR_SECRET', string>>;
