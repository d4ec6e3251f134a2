import type { FunctionName, TableOf } from './functions';
import type { TableName } from './tables';

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
 * reads exactly these.
 *
 * The seller's configuration is not among them: 260 dimensions do not fit into Lambda's 4 KB of environment. The
 * bundler replaces the expression `process.env.SELLER_CONFIGURATION` by it.
 */
export type EnvOf<Name extends FunctionName> = Record<(typeof TABLE_VARIABLES)[TableOf<Name>], string> &
  (Name extends 'publish-notices' ? Record<'EVENT_BUS_NAME', string> : unknown);

/** The namespace of a function's metrics; Powertools reads it. */
export type MetricsEnv = Record<'POWERTOOLS_METRICS_NAMESPACE', string>;

/** Read by functions that browsers call; present if CloudFront is in front of them. */
export type FrontDoorEnv = Partial<Record<'FRONT_DOOR_SECRET', string>>;
