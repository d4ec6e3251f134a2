import type { TableName } from './tables';

/**
 * How each function runs, by the folder of its code. Every number stands here once: `lib/` deploys it, the functions
 * stop by it, and the proofs play it.
 */
export interface FunctionDesign {
  timeoutSeconds: number;
  /** How long before its time-out a run starts nothing new: enough for what is under way. */
  stopBeforeTimeoutSeconds?: number;
  /** The tables it is told the names of. */
  tables: readonly TableName[];
  /** How many records of a stream, or messages of a queue, it takes at a time. */
  batchSize?: number;
}

// One constant each, so that a function's bundle holds its design alone.
export const REGISTER_SUBSCRIPTION = {
  timeoutSeconds: 15,
  tables: ['subscriptions', 'registrations', 'notices'],
} as const satisfies FunctionDesign;

export const COMPLETE_REGISTRATION = {
  timeoutSeconds: 15,
  tables: ['subscriptions', 'registrations', 'notices'],
} as const satisfies FunctionDesign;

export const EXCHANGE_REGISTRATION = {
  timeoutSeconds: 15,
  tables: ['subscriptions', 'registrations'],
} as const satisfies FunctionDesign;

export const FOLLOW_AGREEMENT = {
  timeoutSeconds: 30,
  batchSize: 10,
  tables: ['subscriptions', 'notices'],
} as const satisfies FunctionDesign;

export const REFRESH_ENTITLEMENTS = {
  // Shorter than the sweep's interval: two sweeps at once share one quota and get no more done.
  timeoutSeconds: 240,
  stopBeforeTimeoutSeconds: 20,
  // Each change may be a call or more to AWS Marketplace, and a failed one brings the batch back.
  batchSize: 10,
  tables: ['subscriptions', 'notices'],
} as const satisfies FunctionDesign;

export const PUBLISH_NOTICES = { timeoutSeconds: 30, batchSize: 100, tables: [] } as const satisfies FunctionDesign;

export const RECORD_USAGE = {
  timeoutSeconds: 20,
  tables: ['subscriptions', 'usageEvents'],
} as const satisfies FunctionDesign;

export const AGGREGATE_USAGE = {
  timeoutSeconds: 120,
  // A tally costs the same for 2 events and for 200, so a large batch is a cheap one. Beyond 1,000 nothing is left to
  // gain, a failed batch is repeated at greater cost, and Lambda cuts it at 6 MB anyway.
  batchSize: 1000,
  tables: ['usageTallies', 'hourlyUsage', 'notices'],
} as const satisfies FunctionDesign;

export const METER_USAGE = {
  // Shorter than the catch-up interval: two runs at once bill nothing twice, but share one quota and get no more done.
  timeoutSeconds: 240,
  // Enough for the call under way and for storing its outcomes.
  stopBeforeTimeoutSeconds: 30,
  batchSize: 10,
  tables: ['subscriptions', 'notices', 'usageTallies', 'hourlyUsage'],
} as const satisfies FunctionDesign;

export const DESCRIBE_SUBSCRIPTION = {
  // API Gateway hangs up after 30 s.
  timeoutSeconds: 25,
  tables: ['subscriptions', 'usageTallies', 'hourlyUsage'],
} as const satisfies FunctionDesign;

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
} as const;

export type FunctionName = keyof typeof FUNCTIONS;
/** Marked pure, so that bundles that do not use it drop it. */
export const FUNCTION_NAMES = /* @__PURE__ */ Object.keys(FUNCTIONS) as FunctionName[];

/** The tables of a function, by name in `TABLES`. */
export type TableOf<Name extends FunctionName> = (typeof FUNCTIONS)[Name]['tables'][number];

/**
 * What every stream's mapping has in common. A record fails because something it needs is down, so patience comes first;
 * but the stream forgets after 24 hours, and what is set aside after 6 leaves a working day to feed it in again before
 * AWS stops taking its hours.
 */
export const STREAM_MAPPING = { retryAttempts: 100, maxRecordAgeHours: 6 } as const;

/** How often metering catches up and entitlements are swept. */
export const SCHEDULE_MINUTES = 5;
