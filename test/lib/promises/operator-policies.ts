import { statementLines, type Promised } from './promised';

/** What each policy for operators allows, a statement a line. They are attached to nobody. */
export const OPERATOR_POLICIES: Promised = {
  type: 'AWS::IAM::ManagedPolicy',
  always: { Properties: { Path: '/' } },
  read: ({ Properties: { PolicyDocument, Roles = [], Users = [], Groups = [] } }) => [
    ...[...Roles, ...Users, ...Groups],
    ...statementLines(PolicyDocument.Statement),
  ],
  lines: {
    OperatorPoliciesRead: [
      'Allow cloudformation:DescribeStacks, cloudformation:ListStackResources on arn:aws:cloudformation:us-east-1:*:stack/MarketplaceSaas/*',
      'Allow dynamodb:BatchGetItem, dynamodb:GetItem, dynamodb:Query, dynamodb:Scan on SubscriptionsTable',
      'Allow dynamodb:GetItem, dynamodb:Query, dynamodb:Scan on HourlyUsage',
      'Allow dynamodb:BatchGetItem, dynamodb:DescribeTable, dynamodb:GetItem, dynamodb:Scan on UsageEventsTable',
      'Allow dynamodb:Query on NoticesTable, UsageTalliesTable, HourlyUsage/index/due, SubscriptionsTable/index/byAccount',
      'Allow sqs:GetQueueAttributes on MeteringEndingRemindersQueue, SubscriptionsDeadLetterQueue, SubscriptionsQueue',
      'Allow s3:ListBucket on FailedBatchesBucket',
      'Allow s3:GetObject on FailedBatchesBucket/aws/lambda/*',
      'Allow cloudtrail:LookupEvents, cloudwatch:DescribeAlarms, cloudwatch:GetMetricData on *',
    ],
    OperatorPoliciesChange: [
      'Allow dynamodb:PutItem, dynamodb:UpdateItem on HourlyUsage, SubscriptionsTable',
      'Allow dynamodb:PutItem on NoticesTable, UsageEventsTable, UsageTalliesTable',
      'Allow sqs:DeleteMessage, sqs:ReceiveMessage, sqs:StartMessageMoveTask on SubscriptionsDeadLetterQueue',
      'Allow sqs:SendMessage on MeteringEndingRemindersQueue, SubscriptionsQueue',
      'Allow s3:DeleteObject on FailedBatchesBucket/aws/lambda/*',
      'Allow events:PutEvents on NoticesBus',
    ],
    OperatorPoliciesPersonalData: [
      'Allow dynamodb:DeleteItem, dynamodb:DescribeTable, dynamodb:Scan on RegistrationsTable',
      'Allow dynamodb:PutItem on HourlyUsage if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["operator#*"]}}',
      'Allow dynamodb:UpdateItem on HourlyUsage if {"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["erased#"]}}',
    ],
  },
};
