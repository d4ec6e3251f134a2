/**
 * The environment of each function, by name. `lib/` writes exactly these, `config.ts` of each function reads exactly
 * these, and the compiler holds both to it.
 *
 * The seller's configuration is not among them: 260 dimensions do not fit Lambda's 4 KB of environment. It is baked
 * into the bundle in place of the expression `process.env.SELLER_CONFIGURATION`.
 */
export type RegisterSubscriptionEnv = Record<
  'SUBSCRIPTIONS_TABLE_NAME' | 'REGISTRATIONS_TABLE_NAME' | 'NOTICES_TABLE_NAME',
  string
>;
export type CompleteRegistrationEnv = Record<
  'SUBSCRIPTIONS_TABLE_NAME' | 'REGISTRATIONS_TABLE_NAME' | 'NOTICES_TABLE_NAME',
  string
>;
export type ExchangeRegistrationEnv = Record<'SUBSCRIPTIONS_TABLE_NAME' | 'REGISTRATIONS_TABLE_NAME', string>;
export type FollowAgreementEnv = Record<'SUBSCRIPTIONS_TABLE_NAME' | 'NOTICES_TABLE_NAME', string>;
export type RefreshEntitlementsEnv = Record<'SUBSCRIPTIONS_TABLE_NAME' | 'NOTICES_TABLE_NAME', string>;
export type PublishNoticesEnv = Record<'EVENT_BUS_NAME', string>;
export type RecordUsageEnv = Record<'SUBSCRIPTIONS_TABLE_NAME' | 'USAGE_EVENTS_TABLE_NAME', string>;
export type AggregateUsageEnv = Record<
  'USAGE_TALLIES_TABLE_NAME' | 'HOURLY_USAGE_TABLE_NAME' | 'NOTICES_TABLE_NAME',
  string
>;
export type MeterUsageEnv = Record<
  'SUBSCRIPTIONS_TABLE_NAME' | 'NOTICES_TABLE_NAME' | 'USAGE_TALLIES_TABLE_NAME' | 'HOURLY_USAGE_TABLE_NAME',
  string
>;
export type DescribeSubscriptionEnv = Record<
  'SUBSCRIPTIONS_TABLE_NAME' | 'USAGE_TALLIES_TABLE_NAME' | 'HOURLY_USAGE_TABLE_NAME',
  string
>;

/** Of every function: where its metrics go. Powertools reads it by itself. */
export type MetricsEnv = Record<'POWERTOOLS_METRICS_NAMESPACE', string>;

/** Of a function that browsers call, when CloudFront stands in front of it. */
export type FrontDoorEnv = Partial<Record<'FRONT_DOOR_SECRET', string>>;
