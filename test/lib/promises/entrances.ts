import { statementLines, type Promised } from './promised';

const asText = (value: unknown) => JSON.stringify(value);

/** Schedules, and the events of AWS Marketplace. */
export const RULES: Promised = {
  type: 'AWS::Events::Rule',
  always: { Properties: { State: 'ENABLED' } },
  read: ({ Properties: { ScheduleExpression, EventPattern, EventBusName, Targets } }) => [
    ScheduleExpression ?? asText(EventPattern),
    `bus: ${EventBusName ?? 'default'}`,
    ...Targets.map(({ Arn, RetryPolicy, DeadLetterConfig }: Record<string, unknown>) =>
      [Arn, ...[RetryPolicy, DeadLetterConfig].filter((each) => each !== undefined).map(asText)].join(' '),
    ),
  ],
  lines: {
    SubscriptionsAgreementEvents: [
      '{"source":["aws.agreement-marketplace"],"detail-type":[{"prefix":"License "},{"prefix":"Purchase Agreement "},{"prefix":"Agreement Cancellation Request "},{"prefix":"Spend Threshold "}]}',
      'bus: default',
      'SubscriptionsQueue {"Arn":"SubscriptionsDeadLetterQueue"}',
    ],
    EntitlementsSweep: [
      'cron(0/5 * * * ? *)',
      'bus: default',
      'EntitlementsRefreshEntitlements {"MaximumEventAgeInSeconds":300,"MaximumRetryAttempts":2}',
    ],
    MeteringEveryHour: [
      'cron(5 * * * ? *)',
      'bus: default',
      'MeteringMeterUsage {"MaximumEventAgeInSeconds":300,"MaximumRetryAttempts":2}',
    ],
    MeteringCatchUp: [
      'cron(0,10,15,20,25,30,35,40,45,50,55 * * * ? *)',
      'bus: default',
      'MeteringMeterUsage {"MaximumEventAgeInSeconds":300,"MaximumRetryAttempts":2}',
    ],
  },
};

export const APIS: Promised = {
  type: 'AWS::ApiGatewayV2::Api',
  read: ({ Properties: { ProtocolType, CorsConfiguration } }) => `${ProtocolType}, CORS ${asText(CorsConfiguration)}`,
  lines: {
    PublicApi: 'HTTP, CORS undefined',
  },
};

export const ROUTES: Promised = {
  type: 'AWS::ApiGatewayV2::Route',
  always: { Properties: { ApiId: 'PublicApi' } },
  read: ({ Properties: { RouteKey, AuthorizationType, Target } }) => `${RouteKey} (${AuthorizationType}): ${Target}`,
  lines: {
    PublicApiPOSTregister: 'POST /register (NONE): integrations/PublicApiPOSTregisterRegisterSubscription',
    PublicApiGETregister: 'GET /register (NONE): integrations/PublicApiPOSTregisterRegisterSubscription',
    PublicApiHEADregister: 'HEAD /register (NONE): integrations/PublicApiPOSTregisterRegisterSubscription',
    PublicApiPOSTregisterrest: 'POST /register/{rest+} (NONE): integrations/PublicApiPOSTregisterRegisterSubscription',
    PublicApiGETregisterrest: 'GET /register/{rest+} (NONE): integrations/PublicApiPOSTregisterRegisterSubscription',
    PublicApiHEADregisterrest: 'HEAD /register/{rest+} (NONE): integrations/PublicApiPOSTregisterRegisterSubscription',
    PublicApiGETregistration: 'GET /registration (NONE): integrations/PublicApiGETregistrationCompleteRegistration',
    PublicApiPOSTregistration: 'POST /registration (NONE): integrations/PublicApiGETregistrationCompleteRegistration',
    PublicApiPOSTregistrationexchange:
      'POST /registration/exchange (AWS_IAM): integrations/PublicApiPOSTregistrationexchangeExchangeRegistration',
    PublicApiPOSTusage: 'POST /usage (AWS_IAM): integrations/PublicApiPOSTusageRecordUsage',
    PublicApiGETsubscriptions:
      'GET /subscriptions (AWS_IAM): integrations/PublicApiGETsubscriptionsDescribeSubscription',
    PublicApiGETsubscriptionssubscriptionId:
      'GET /subscriptions/{subscriptionId} (AWS_IAM): integrations/PublicApiGETsubscriptionsDescribeSubscription',
  },
};

export const INTEGRATIONS: Promised = {
  type: 'AWS::ApiGatewayV2::Integration',
  always: { Properties: { ApiId: 'PublicApi', IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' } },
  read: ({ Properties: { IntegrationUri } }) => IntegrationUri,
  lines: {
    PublicApiPOSTregisterRegisterSubscription: 'RegistrationsRegisterSubscription',
    PublicApiGETregistrationCompleteRegistration: 'RegistrationsCompleteRegistration',
    PublicApiPOSTregistrationexchangeExchangeRegistration: 'RegistrationsExchangeRegistration',
    PublicApiPOSTusageRecordUsage: 'UsageEventsRecordUsage',
    PublicApiGETsubscriptionsDescribeSubscription: 'SubscriptionStatusDescribeSubscription',
  },
};

export const STAGES: Promised = {
  type: 'AWS::ApiGatewayV2::Stage',
  always: { Properties: { ApiId: 'PublicApi', AutoDeploy: true, StageName: '$default' } },
  read: ({ Properties: { AccessLogSettings, DefaultRouteSettings, RouteSettings } }) => [
    AccessLogSettings.DestinationArn,
    ...Object.values<string>(JSON.parse(AccessLogSettings.Format)),
    `all: ${asText(DefaultRouteSettings)}`,
    ...Object.entries(RouteSettings).map(([route, settings]) => `${route}: ${asText(settings)}`),
  ],
  lines: {
    PublicApiStage: [
      'PublicApiAccessLogs',
      '$context.requestId',
      '$context.requestTime',
      '$context.routeKey',
      '$context.status',
      '$context.responseLatency',
      '$context.error.message',
      '$context.integrationErrorMessage',
      'all: {"ThrottlingBurstLimit":2000,"ThrottlingRateLimit":1000}',
      'POST /register: {"ThrottlingBurstLimit":20,"ThrottlingRateLimit":10}',
      'GET /register: {"ThrottlingBurstLimit":20,"ThrottlingRateLimit":10}',
      'HEAD /register: {"ThrottlingBurstLimit":20,"ThrottlingRateLimit":10}',
      'POST /register/{rest+}: {"ThrottlingBurstLimit":20,"ThrottlingRateLimit":10}',
      'GET /register/{rest+}: {"ThrottlingBurstLimit":20,"ThrottlingRateLimit":10}',
      'HEAD /register/{rest+}: {"ThrottlingBurstLimit":20,"ThrottlingRateLimit":10}',
      'GET /registration: {"ThrottlingBurstLimit":20,"ThrottlingRateLimit":10}',
      'POST /registration: {"ThrottlingBurstLimit":20,"ThrottlingRateLimit":10}',
    ],
  },
};

export const TOPIC_POLICIES: Promised = {
  type: 'AWS::SNS::TopicPolicy',
  read: ({ Properties: { Topics, PolicyDocument } }) => [...Topics, ...statementLines(PolicyDocument.Statement)],
  lines: {
    ObservationAlarmTopicPolicy: [
      'ObservationAlarmTopic',
      'Deny sns:Publish on ObservationAlarmTopic to "*" if {"Bool":{"aws:SecureTransport":"false"}}',
      'Allow sns:Publish on ObservationAlarmTopic to {"Service":"cloudwatch.amazonaws.com"} if {"StringEquals":{"aws:SourceAccount":"AWS::AccountId"}}',
    ],
  },
};
