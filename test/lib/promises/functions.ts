import type { Promised } from './promised';

export const FUNCTIONS: Promised = {
  type: 'AWS::Lambda::Function',
  always: {
    Properties: {
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    },
  },
  read: ({ Properties: { Timeout, MemorySize, Role, LoggingConfig, Environment } }) => [
    `${Timeout} s, ${MemorySize} MB`,
    Role,
    LoggingConfig.LogGroup,
    ...Object.entries(Environment.Variables).map(([name, value]) => `${name}=${value}`),
  ],
  lines: {
    NoticesPublishNotices: [
      '30 s, 512 MB',
      'NoticesPublishNoticesRole',
      'NoticesPublishNoticesLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'EVENT_BUS_NAME=NoticesBus',
    ],
    SubscriptionsFollowAgreement: [
      '30 s, 512 MB',
      'SubscriptionsFollowAgreementRole',
      'SubscriptionsFollowAgreementLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'SUBSCRIPTIONS_TABLE_NAME=SubscriptionsTable',
      'NOTICES_TABLE_NAME=NoticesTable',
    ],
    RegistrationsRegisterSubscription: [
      '25 s, 512 MB',
      'RegistrationsRegisterSubscriptionRole',
      'RegistrationsRegisterSubscriptionLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'REGISTRATIONS_TABLE_NAME=RegistrationsTable',
      'SUBSCRIPTIONS_TABLE_NAME=SubscriptionsTable',
      'NOTICES_TABLE_NAME=NoticesTable',
    ],
    RegistrationsCompleteRegistration: [
      '15 s, 512 MB',
      'RegistrationsCompleteRegistrationRole',
      'RegistrationsCompleteRegistrationLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'REGISTRATIONS_TABLE_NAME=RegistrationsTable',
      'SUBSCRIPTIONS_TABLE_NAME=SubscriptionsTable',
      'NOTICES_TABLE_NAME=NoticesTable',
    ],
    RegistrationsExchangeRegistration: [
      '15 s, 512 MB',
      'RegistrationsExchangeRegistrationRole',
      'RegistrationsExchangeRegistrationLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'REGISTRATIONS_TABLE_NAME=RegistrationsTable',
      'SUBSCRIPTIONS_TABLE_NAME=SubscriptionsTable',
    ],
    EntitlementsRefreshEntitlements: [
      '240 s, 512 MB',
      'EntitlementsRefreshEntitlementsRole',
      'EntitlementsRefreshEntitlementsLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'SUBSCRIPTIONS_TABLE_NAME=SubscriptionsTable',
      'NOTICES_TABLE_NAME=NoticesTable',
    ],
    UsageEventsRecordUsage: [
      '20 s, 1024 MB',
      'UsageEventsRecordUsageRole',
      'UsageEventsRecordUsageLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'USAGE_EVENTS_TABLE_NAME=UsageEventsTable',
      'SUBSCRIPTIONS_TABLE_NAME=SubscriptionsTable',
    ],
    UsageTalliesAggregateUsage: [
      '120 s, 1024 MB',
      'UsageTalliesAggregateUsageRole',
      'UsageTalliesAggregateUsageLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'SUBSCRIPTIONS_TABLE_NAME=SubscriptionsTable',
      'USAGE_TALLIES_TABLE_NAME=UsageTalliesTable',
      'HOURLY_USAGE_TABLE_NAME=HourlyUsage',
      'NOTICES_TABLE_NAME=NoticesTable',
    ],
    MeteringMeterUsage: [
      '325 s, 2048 MB',
      'MeteringMeterUsageRole',
      'MeteringMeterUsageLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'ENDING_REMINDERS_URL=MeteringEndingRemindersQueue',
      'SUBSCRIPTIONS_TABLE_NAME=SubscriptionsTable',
      'NOTICES_TABLE_NAME=NoticesTable',
      'USAGE_TALLIES_TABLE_NAME=UsageTalliesTable',
      'HOURLY_USAGE_TABLE_NAME=HourlyUsage',
    ],
    SubscriptionStatusDescribeSubscription: [
      '25 s, 1024 MB',
      'SubscriptionStatusDescribeSubscriptionRole',
      'SubscriptionStatusDescribeSubscriptionLogs',
      'POWERTOOLS_METRICS_NAMESPACE=MarketplaceSaas/Saas',
      'SUBSCRIPTIONS_TABLE_NAME=SubscriptionsTable',
      'USAGE_TALLIES_TABLE_NAME=UsageTalliesTable',
      'HOURLY_USAGE_TABLE_NAME=HourlyUsage',
    ],
  },
};

/** How often Lambda repeats an invocation by a schedule that failed. */
export const INVOKE_CONFIGS: Promised = {
  type: 'AWS::Lambda::EventInvokeConfig',
  always: { Properties: { Qualifier: '$LATEST' } },
  read: ({ Properties: { FunctionName, MaximumRetryAttempts } }) => `${FunctionName}: ${MaximumRetryAttempts} retries`,
  lines: {
    EntitlementsRefreshEntitlementsEventInvokeConfig: 'EntitlementsRefreshEntitlements: 0 retries',
    MeteringMeterUsageEventInvokeConfig: 'MeteringMeterUsage: 0 retries',
  },
};

/** `stream → function`, the batch, and the changes that it may hold. */
export const STREAMS: Promised = {
  type: 'AWS::Lambda::EventSourceMapping',
  always: {
    Properties: {
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 100,
      MaximumRecordAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: 'FailedBatchesBucket' } },
    },
  },
  read: ({ Properties: { EventSourceArn, FunctionName, BatchSize, MaximumBatchingWindowInSeconds = 0, ...rest } }) => [
    `${EventSourceArn} → ${FunctionName}`,
    `${BatchSize} records within ${MaximumBatchingWindowInSeconds} s`,
    ...rest.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => Pattern),
  ],
  lines: {
    NoticesStreamMapping: [
      'NoticesTable.StreamArn → NoticesPublishNotices',
      '100 records within 0 s',
      '{"eventName":["INSERT"]}',
    ],
    EntitlementsStreamMapping: [
      'SubscriptionsTable.StreamArn → EntitlementsRefreshEntitlements',
      '10 records within 0 s',
      '{"eventName":["INSERT","MODIFY"],"dynamodb":{"NewImage":{"sk":{"S":["subscription"]}}}}',
    ],
    UsageTalliesStreamMapping: [
      'UsageEventsTable.StreamArn → UsageTalliesAggregateUsage',
      '10000 records within 60 s',
      '{"eventName":["INSERT","MODIFY"]}',
    ],
    MeteringEndingsMapping: [
      'SubscriptionsTable.StreamArn → MeteringMeterUsage',
      '10 records within 0 s',
      '{"eventName":["INSERT","MODIFY"],"dynamodb":{"NewImage":{"state":{"S":["ending"]}}}}',
    ],
  },
};

export const QUEUE_MAPPINGS: Promised = {
  type: 'AWS::Lambda::EventSourceMapping',
  always: { Properties: { FunctionResponseTypes: ['ReportBatchItemFailures'] } },
  read: ({ Properties: { EventSourceArn, FunctionName, BatchSize, ScalingConfig } }) => {
    const atOnce = ScalingConfig === undefined ? '' : `, ${JSON.stringify(ScalingConfig)}`;
    return `${EventSourceArn} → ${FunctionName}: ${BatchSize} messages${atOnce}`;
  },
  lines: {
    SubscriptionsMapping: 'SubscriptionsQueue → SubscriptionsFollowAgreement: 10 messages',
    MeteringEndingRemindersMapping:
      'MeteringEndingRemindersQueue → MeteringMeterUsage: 10 messages, {"MaximumConcurrency":2}',
  },
};

/** Who may call a function: only this rule, or this route of the API. */
export const INVOKE_PERMISSIONS: Promised = {
  type: 'AWS::Lambda::Permission',
  always: { Properties: { Action: 'lambda:InvokeFunction' } },
  read: ({ Properties: { Principal, SourceArn, FunctionName } }) => `${Principal} by ${SourceArn} → ${FunctionName}`,
  lines: {
    EntitlementsSweepAllowEventRuleMarketplaceSaasEntitlementsRefreshEntitlementsC85108CF:
      'events.amazonaws.com by EntitlementsSweep → EntitlementsRefreshEntitlements',
    MeteringEveryHourAllowEventRuleMarketplaceSaasMeteringMeterUsage92880DBD:
      'events.amazonaws.com by MeteringEveryHour → MeteringMeterUsage',
    MeteringCatchUpAllowEventRuleMarketplaceSaasMeteringMeterUsage92880DBD:
      'events.amazonaws.com by MeteringCatchUp → MeteringMeterUsage',
    PublicApiPOSTregisterRegisterSubscriptionPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/register → RegistrationsRegisterSubscription',
    PublicApiGETregisterRegisterSubscriptionPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/register → RegistrationsRegisterSubscription',
    PublicApiHEADregisterRegisterSubscriptionPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/register → RegistrationsRegisterSubscription',
    PublicApiPOSTregisterrestRegisterSubscriptionPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/register/{rest+} → RegistrationsRegisterSubscription',
    PublicApiGETregisterrestRegisterSubscriptionPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/register/{rest+} → RegistrationsRegisterSubscription',
    PublicApiHEADregisterrestRegisterSubscriptionPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/register/{rest+} → RegistrationsRegisterSubscription',
    PublicApiGETregistrationCompleteRegistrationPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/registration → RegistrationsCompleteRegistration',
    PublicApiPOSTregistrationCompleteRegistrationPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/registration → RegistrationsCompleteRegistration',
    PublicApiPOSTregistrationexchangeExchangeRegistrationPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/registration/exchange → RegistrationsExchangeRegistration',
    PublicApiPOSTusageRecordUsagePermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/usage → UsageEventsRecordUsage',
    PublicApiGETsubscriptionsDescribeSubscriptionPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/subscriptions → SubscriptionStatusDescribeSubscription',
    PublicApiGETsubscriptionssubscriptionIdDescribeSubscriptionPermission:
      'apigateway.amazonaws.com by arn:aws:execute-api:us-east-1:AWS::AccountId:PublicApi/*/*/subscriptions/{subscriptionId} → SubscriptionStatusDescribeSubscription',
  },
};

export const LOG_GROUPS: Promised = {
  type: 'AWS::Logs::LogGroup',
  always: { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' },
  read: ({ Properties: { RetentionInDays } }) => `${RetentionInDays} days`,
  lines: {
    NoticesPublishNoticesLogs: '365 days',
    SubscriptionsFollowAgreementLogs: '365 days',
    RegistrationsRegisterSubscriptionLogs: '365 days',
    RegistrationsCompleteRegistrationLogs: '365 days',
    RegistrationsExchangeRegistrationLogs: '365 days',
    EntitlementsRefreshEntitlementsLogs: '365 days',
    UsageEventsRecordUsageLogs: '365 days',
    UsageTalliesAggregateUsageLogs: '365 days',
    MeteringMeterUsageLogs: '365 days',
    SubscriptionStatusDescribeSubscriptionLogs: '365 days',
    PublicApiAccessLogs: '365 days',
  },
};
