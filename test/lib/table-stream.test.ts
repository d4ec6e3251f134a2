import { describe, expect, it } from 'vitest';
import { Match } from 'aws-cdk-lib/assertions';
import { aConfiguration, aTemplate, logicalId } from './synthesized';

const template = aTemplate({
  configuration: aConfiguration({ usage: { batchingWindowSeconds: 45, eventRetentionDays: 120 } }),
});
const bucketId = logicalId(template, 'AWS::S3::Bucket');
const usageEventsTable = logicalId(template, 'AWS::DynamoDB::Table', /UsageEvents/);

const promises = (Properties: Record<string, unknown>) =>
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [usageEventsTable, 'StreamArn'] },
    ...Properties,
  });

describe('the stream of usage events', () => {
  it('delivers inserted and modified events, never expired ones', () => {
    promises({ FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT', 'MODIFY'] }) }] } });
  });

  it('batches up to 10,000 events within the configured window', () => {
    promises({ BatchSize: 10_000, MaximumBatchingWindowInSeconds: 45, ParallelizationFactor: Match.absent() });
  });

  it('reads the stream from its oldest record on', () => {
    promises({ StartingPosition: 'TRIM_HORIZON' });
  });

  it('retries only the failed events, and halves a batch to find them', () => {
    promises({ FunctionResponseTypes: ['ReportBatchItemFailures'], BisectBatchOnFunctionError: true });
  });

  it('gives up after six hours, well before the stream drops the record', () => {
    promises({ MaximumRecordAgeInSeconds: 21_600, MaximumRetryAttempts: 100 });
  });

  it('stores each batch that it gives up on in the bucket', () => {
    promises({ DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [bucketId, 'Arn'] } } } });
  });
});

describe('the stream of notices', () => {
  it('delivers inserted notices, and retries only the failed ones', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
    });
  });
});

describe('the bucket of failed batches', () => {
  it('encrypts the bucket of failed batches, keeps it private and retains it when the stack is deleted', () => {
    template.hasResource('AWS::S3::Bucket', {
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
    });
  });

  it('refuses requests without TLS', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [{ Action: 's3:*', Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      },
    });
  });

  it('keeps a batch as long as its events are protected against double counting', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 120, Status: 'Enabled' }] },
    });
  });

  it('lets no function read or delete a batch', () => {
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policies).not.toMatch(/s3:(Delete|Get|\*)/);
  });
});
