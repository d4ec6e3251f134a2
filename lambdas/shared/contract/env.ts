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
 * The environment of a function. `lib/` writes exactly these variables and the function reads exactly these; the
 * compiler holds `lib/` to it.
 *
 * The seller's configuration is not among them: 260 dimensions do not fit Lambda's 4 KB of environment. It is baked
 * into the bundle in place of the expression `process.env.SELLER_CONFIGURATION`.
 */
export type EnvOf<Name extends FunctionName> = Record<(typeof TABLE_VARIABLES)[TableOf<Name>], string> &
  (Name extends 'publish-notices' ? Record<'EVENT_BUS_NAME', string> : unknown);

/** Every function reads where its metrics go; Powertools does so by itself. */
export type MetricsEnv = Record<'POWERTOOLS_METRICS_NAMESPACE', string>;

/** A function that browsers call reads this when CloudFront stands in front of it. */
export type FrontDoorEnv = Partial<Record<'FRONT_DOOR_SECRET', string>>;
