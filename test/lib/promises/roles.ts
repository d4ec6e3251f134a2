import { statementLines, type Promised } from './promised';

/** Only Lambda may assume a role, and AWS's managed policies would allow more than a function needs. */
export const ROLES: Promised = {
  type: 'AWS::IAM::Role',
  always: {
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
      },
    },
  },
  read: ({ Properties: { ManagedPolicyArns = [], Policies = [] } }) => [...ManagedPolicyArns, ...Policies],
  lines: {
    NoticesPublishNoticesRole: [],
    SubscriptionsFollowAgreementRole: [],
    RegistrationsRegisterSubscriptionRole: [],
    RegistrationsCompleteRegistrationRole: [],
    RegistrationsExchangeRegistrationRole: [],
    EntitlementsRefreshEntitlementsRole: [],
    UsageEventsRecordUsageRole: [],
    UsageTalliesAggregateUsageRole: [],
    MeteringMeterUsageRole: [],
    SubscriptionStatusDescribeSubscriptionRole: [],
  },
};

/** What each role may do, a statement a line. */
export const POLICIES: Promised = {
  type: 'AWS::IAM::Policy',
  read: ({ Properties: { Roles, PolicyDocument } }) => [...Roles, ...statementLines(PolicyDocument.Statement)],
  lines: {
    NoticesPublishNoticesRoleDefaultPolicy: [
      'NoticesPublishNoticesRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on NoticesPublishNoticesLogs',
      'Allow xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow events:PutEvents on NoticesBus',
      'Allow dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator, dynamodb:ListStreams on NoticesTable.StreamArn',
      'Allow s3:ListBucket on FailedBatchesBucket',
      'Allow s3:PutObject on FailedBatchesBucket/aws/lambda/*',
    ],
    SubscriptionsFollowAgreementRoleDefaultPolicy: [
      'SubscriptionsFollowAgreementRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on SubscriptionsFollowAgreementLogs',
      'Allow xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow dynamodb:BatchGetItem, dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query, dynamodb:UpdateItem on SubscriptionsTable',
      'Allow dynamodb:PutItem on NoticesTable',
      'Allow sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage on SubscriptionsQueue',
    ],
    RegistrationsRegisterSubscriptionRoleDefaultPolicy: [
      'RegistrationsRegisterSubscriptionRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on RegistrationsRegisterSubscriptionLogs',
      'Allow aws-marketplace:ResolveCustomer, xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow dynamodb:PutItem on NoticesTable, RegistrationsTable',
      'Allow dynamodb:BatchGetItem, dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query, dynamodb:UpdateItem on SubscriptionsTable',
    ],
    RegistrationsCompleteRegistrationRoleDefaultPolicy: [
      'RegistrationsCompleteRegistrationRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on RegistrationsCompleteRegistrationLogs',
      'Allow xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow dynamodb:GetItem, dynamodb:PutItem on RegistrationsTable',
      'Allow dynamodb:BatchGetItem, dynamodb:UpdateItem on SubscriptionsTable',
      'Allow dynamodb:PutItem on NoticesTable',
    ],
    RegistrationsExchangeRegistrationRoleDefaultPolicy: [
      'RegistrationsExchangeRegistrationRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on RegistrationsExchangeRegistrationLogs',
      'Allow xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow dynamodb:GetItem, dynamodb:UpdateItem on RegistrationsTable',
      'Allow dynamodb:BatchGetItem on SubscriptionsTable',
    ],
    EntitlementsRefreshEntitlementsRoleDefaultPolicy: [
      'EntitlementsRefreshEntitlementsRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on EntitlementsRefreshEntitlementsLogs',
      'Allow aws-marketplace:GetEntitlements, xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow dynamodb:Query on SubscriptionsTable/index/entitlementsDue',
      'Allow dynamodb:BatchGetItem, dynamodb:UpdateItem on SubscriptionsTable',
      'Allow dynamodb:PutItem on NoticesTable',
      'Allow dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator, dynamodb:ListStreams on SubscriptionsTable.StreamArn',
      'Allow s3:ListBucket on FailedBatchesBucket',
      'Allow s3:PutObject on FailedBatchesBucket/aws/lambda/*',
    ],
    UsageEventsRecordUsageRoleDefaultPolicy: [
      'UsageEventsRecordUsageRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on UsageEventsRecordUsageLogs',
      'Allow xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow dynamodb:PutItem on UsageEventsTable',
      'Allow dynamodb:BatchGetItem on SubscriptionsTable',
    ],
    UsageTalliesAggregateUsageRoleDefaultPolicy: [
      'UsageTalliesAggregateUsageRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on UsageTalliesAggregateUsageLogs',
      'Allow xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow dynamodb:BatchGetItem on SubscriptionsTable',
      'Allow dynamodb:PutItem, dynamodb:Query on UsageTalliesTable',
      'Allow dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem on HourlyUsage',
      'Allow dynamodb:PutItem on NoticesTable',
      'Allow dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator, dynamodb:ListStreams on UsageEventsTable.StreamArn',
      'Allow s3:ListBucket on FailedBatchesBucket',
      'Allow s3:PutObject on FailedBatchesBucket/aws/lambda/*',
    ],
    MeteringMeterUsageRoleDefaultPolicy: [
      'MeteringMeterUsageRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on MeteringMeterUsageLogs',
      'Allow aws-marketplace:BatchMeterUsage, xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow dynamodb:Query on UsageTalliesTable, HourlyUsage/index/due',
      'Allow sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage, sqs:SendMessage on MeteringEndingRemindersQueue',
      'Allow dynamodb:BatchGetItem, dynamodb:UpdateItem on SubscriptionsTable',
      'Allow dynamodb:PutItem on NoticesTable',
      'Allow dynamodb:BatchGetItem, dynamodb:GetItem, dynamodb:Query, dynamodb:UpdateItem on HourlyUsage',
      'Allow dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator, dynamodb:ListStreams on SubscriptionsTable.StreamArn',
      'Allow s3:ListBucket on FailedBatchesBucket',
      'Allow s3:PutObject on FailedBatchesBucket/aws/lambda/*',
    ],
    SubscriptionStatusDescribeSubscriptionRoleDefaultPolicy: [
      'SubscriptionStatusDescribeSubscriptionRole',
      'Allow logs:CreateLogStream, logs:PutLogEvents on SubscriptionStatusDescribeSubscriptionLogs',
      'Allow xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow dynamodb:Query on UsageTalliesTable, SubscriptionsTable/index/byAccount',
      'Allow dynamodb:BatchGetItem on SubscriptionsTable',
      'Allow dynamodb:GetItem, dynamodb:Query on HourlyUsage',
    ],
  },
};
