import { statementLines, type Promised, type Resource } from './promised';

interface Key {
  AttributeName: string;
  KeyType: string;
}

const keyOf = (keys: Key[]) => keys.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ');

function readTable({ Properties }: Resource): string[] {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [], StreamSpecification } = Properties;
  const { TimeToLiveSpecification, SSESpecification, TableClass } = Properties;
  const types = AttributeDefinitions.map(
    ({ AttributeName, AttributeType }: Record<string, string>) => `${AttributeName} ${AttributeType}`,
  );
  const indexes = GlobalSecondaryIndexes.map(
    ({ IndexName, KeySchema: keys, Projection }: { IndexName: string; KeySchema: Key[]; Projection: object }) =>
      `index ${IndexName}: ${keyOf(keys)}, ${Object.values(Projection).join()}`,
  );
  return [
    keyOf(KeySchema),
    types.join(', '),
    `stream: ${StreamSpecification?.StreamViewType ?? 'none'}`,
    `time to live: ${TimeToLiveSpecification?.Enabled === true ? TimeToLiveSpecification.AttributeName : 'none'}`,
    `key: ${SSESpecification?.SSEEnabled === true ? "the account's KMS key" : "DynamoDB's"}`,
    ...(TableClass === undefined ? [] : [`class: ${TableClass}`]),
    ...indexes,
  ];
}

/**
 * Keys, types, stream, time to live, encryption, class, indexes. A table without a class is standard: only tallies are kept
 * for so long and touched so rarely that cheaper storage outweighs dearer requests.
 */
export const TABLES: Promised = {
  type: 'AWS::DynamoDB::Table',
  always: {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  },
  read: readTable,
  lines: {
    NoticesTable: [
      'pk HASH, sk RANGE',
      'pk S, sk N',
      'stream: NEW_IMAGE',
      'time to live: expiresAt',
      "key: DynamoDB's",
    ],
    SubscriptionsTable: [
      'pk HASH, sk RANGE',
      'pk S, sk S, customerAWSAccountId S, dueShard N, dueAt N',
      'stream: NEW_AND_OLD_IMAGES',
      'time to live: expiresAt',
      "key: DynamoDB's",
      'index byAccount: customerAWSAccountId HASH, pk RANGE, ALL',
      'index entitlementsDue: dueShard HASH, dueAt RANGE, KEYS_ONLY',
    ],
    RegistrationsTable: ['pk HASH', 'pk S', 'stream: none', 'time to live: expiresAt', "key: the account's KMS key"],
    UsageEventsTable: ['pk HASH', 'pk S', 'stream: NEW_AND_OLD_IMAGES', 'time to live: expiresAt', "key: DynamoDB's"],
    HourlyUsage: [
      'pk HASH, sk RANGE',
      'pk S, sk S, dueShard N, dueAt N',
      'stream: none',
      'time to live: none',
      "key: DynamoDB's",
      'index due: dueShard HASH, dueAt RANGE, KEYS_ONLY',
    ],
    UsageTalliesTable: [
      'pk HASH, sk RANGE',
      'pk S, sk S',
      'stream: none',
      'time to live: expiresAt',
      "key: DynamoDB's",
      'class: STANDARD_INFREQUENT_ACCESS',
    ],
  },
};

export const QUEUES: Promised = {
  type: 'AWS::SQS::Queue',
  // A queue goes with its stack: without the stack nobody reads it.
  always: { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete', Properties: { SqsManagedSseEnabled: true } },
  read: ({ Properties: { MessageRetentionPeriod, VisibilityTimeout, RedrivePolicy } }) => [
    `kept for ${MessageRetentionPeriod} s, hidden for ${VisibilityTimeout} s`,
    RedrivePolicy === undefined
      ? 'stays'
      : `to ${RedrivePolicy.deadLetterTargetArn} after ${RedrivePolicy.maxReceiveCount} receives`,
  ],
  lines: {
    SubscriptionsDeadLetterQueue: ['kept for 1209600 s, hidden for 180 s', 'stays'],
    SubscriptionsQueue: ['kept for 1209600 s, hidden for 180 s', 'to SubscriptionsDeadLetterQueue after 10 receives'],
    MeteringEndingRemindersQueue: ['kept for 3600 s, hidden for 1950 s', 'stays'],
  },
};

export const QUEUE_POLICIES: Promised = {
  type: 'AWS::SQS::QueuePolicy',
  read: ({ Properties: { Queues, PolicyDocument } }) => [...Queues, ...statementLines(PolicyDocument.Statement)],
  lines: {
    SubscriptionsDeadLetterQueuePolicy: [
      'SubscriptionsDeadLetterQueue',
      'Deny sqs:* on SubscriptionsDeadLetterQueue to {"AWS":"*"} if {"Bool":{"aws:SecureTransport":"false"}}',
      'Allow sqs:SendMessage on SubscriptionsDeadLetterQueue to {"Service":"events.amazonaws.com"} if {"ArnEquals":{"aws:SourceArn":"SubscriptionsAgreementEvents"}}',
    ],
    SubscriptionsQueuePolicy: [
      'SubscriptionsQueue',
      'Deny sqs:* on SubscriptionsQueue to {"AWS":"*"} if {"Bool":{"aws:SecureTransport":"false"}}',
      'Allow sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:SendMessage on SubscriptionsQueue to {"Service":"events.amazonaws.com"} if {"ArnEquals":{"aws:SourceArn":"SubscriptionsAgreementEvents"}}',
    ],
    MeteringEndingRemindersQueuePolicy: [
      'MeteringEndingRemindersQueue',
      'Deny sqs:* on MeteringEndingRemindersQueue to {"AWS":"*"} if {"Bool":{"aws:SecureTransport":"false"}}',
    ],
  },
};

export const BUCKETS: Promised = {
  type: 'AWS::S3::Bucket',
  always: {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  },
  read: ({ Properties: { LifecycleConfiguration, MetricsConfigurations } }) => [
    ...LifecycleConfiguration.Rules.map((rule: object) => JSON.stringify(rule)),
    ...MetricsConfigurations.map(({ Id }: { Id: string }) => `counts requests as ${Id}`),
  ],
  lines: {
    FailedBatchesBucket: ['{"ExpirationInDays":90,"Status":"Enabled"}', 'counts requests as AllObjects'],
  },
};

export const BUCKET_POLICIES: Promised = {
  type: 'AWS::S3::BucketPolicy',
  read: ({ Properties: { Bucket, PolicyDocument } }) => [Bucket, ...statementLines(PolicyDocument.Statement)],
  lines: {
    FailedBatchesBucketPolicy: [
      'FailedBatchesBucket',
      'Deny s3:* on FailedBatchesBucket, FailedBatchesBucket/* to {"AWS":"*"} if {"Bool":{"aws:SecureTransport":"false"}}',
    ],
  },
};
