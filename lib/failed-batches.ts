import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { DlqDestinationConfig, IEventSourceDlq, IEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import type { ParsedConfiguration } from '../lambdas/shared/contract/seller-configuration';

const OBJECTS_METRICS = 'AllObjects';

export interface FailedBatchesProps {
  readonly configuration: ParsedConfiguration;
}

/**
 * Keeps stream batches whose retries are exhausted. It is a bucket because Lambda writes the whole batch to a bucket. A
 * queue would get only a pointer into the stream, which keeps records for 24 hours.
 */
export class FailedBatches extends Construct implements IEventSourceDlq {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, { configuration }: FailedBatchesProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy: RemovalPolicy.RETAIN,
      // Request metrics raise an alarm within minutes. The free storage metrics arrive once a day.
      metrics: [{ id: OBJECTS_METRICS }],
      // Event ids are deduplicated for as long as events are kept. A batch must not be redriven after that.
      lifecycleRules: [{ expiration: Duration.days(configuration.usage.eventRetentionDays) }],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only Lambda writes to this bucket, after a failure, and only an operator reads it. Enable CloudTrail data events ' +
        'to log access to it.',
    });
  }

  /** Grants only what Lambda needs to write a failed batch. CDK's own S3 destination would also allow deletion. */
  bind(_mapping: IEventSourceMapping, target: IFunction): DlqDestinationConfig {
    target.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }));
    target.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [this.bucket.arnForObjects('aws/lambda/*')] }),
    );
    this.acknowledgeObjectNames(target.role ?? target);
    return { destination: this.bucket.bucketArn };
  }

  /** The number of batches put into the bucket. */
  metricBatches(options?: MetricOptions): Metric {
    return new Metric({
      namespace: 'AWS/S3',
      metricName: 'PutRequests',
      dimensionsMap: { BucketName: this.bucket.bucketName, FilterId: OBJECTS_METRICS },
      statistic: Stats.SUM,
      ...options,
    });
  }

  /** Tells CDK Nag why a policy names the objects by a wildcard. */
  acknowledgeObjectNames(owner: IConstruct): void {
    const resource = this.bucket.node.defaultChild;
    if (!CfnElement.isCfnElement(resource))
      throw new Error('The bucket has no CloudFormation resource: check the aws-cdk-lib version.');
    Validations.of(owner).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(resource)}.Arn>/aws/lambda/*]`,
      reason: "Lambda names the objects after the mapping's id, which does not exist yet when the policy is created.",
    });
  }
}
