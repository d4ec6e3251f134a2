import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { aConfiguration, aTemplate } from './synthesized';

const template = aTemplate({
  configuration: aConfiguration({ usage: { batchingWindowSeconds: 45, eventRetentionDays: 120 } }),
});
const [bucketId] = Object.keys(template.findResources('AWS::S3::Bucket'));
const usageEventsTable = Object.keys(template.findResources('AWS::DynamoDB::Table')).find((id) =>
  /UsageEvents/.test(id),
);

const promises = (Properties: Record<string, unknown>) =>
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [usageEventsTable, 'StreamArn'] },
    ...Properties,
  });

describe('the stream of usage events', () => {
  it('brings what was put or changed, never what expired', () => {
    promises({ FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT', 'MODIFY'] }) }] } });
  });

  it('gathers up to 1,000 events for as long as configured', () => {
    promises({ BatchSize: 1000, MaximumBatchingWindowInSeconds: 45, ParallelizationFactor: Match.absent() });
  });

  it('starts with the oldest record there is', () => {
    promises({ StartingPosition: 'TRIM_HORIZON' });
  });

  it('repeats only what failed, halving the batch to find it', () => {
    promises({ FunctionResponseTypes: ['ReportBatchItemFailures'], BisectBatchOnFunctionError: true });
  });

  it('gives up after six hours, well before the stream forgets', () => {
    promises({ MaximumRecordAgeInSeconds: 21_600, MaximumRetryAttempts: 100 });
  });

  it('keeps what it gave up on, whole, in the bucket', () => {
    promises({ DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [bucketId, 'Arn'] } } } });
  });
});

describe('the stream of notices', () => {
  it('brings what was put, and repeats only what failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
    });
  });
});

describe('the bucket of failed batches', () => {
  it('is encrypted, private and outlives the stack', () => {
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

  it('takes no request without TLS', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [{ Action: 's3:*', Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      },
    });
  });

  it('keeps a batch as long as its events are protected against counting twice', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 120, Status: 'Enabled' }] },
    });
  });

  it('refuses to be used up: no function may delete or read in it', () => {
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policies).not.toMatch(/s3:(Delete|Get|\*)/);
  });
});
