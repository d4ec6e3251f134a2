import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { DlqDestinationConfig, IEventSourceDlq, IEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';

const OBJECTS_METRICS = 'AllObjects';

export interface FailedBatchesProps {
  readonly configuration: SellerConfiguration;
}

/**
 * Where stream batches go that a function gave up on. A bucket, because Lambda puts the whole batch into it; a queue
 * would hold only a pointer into a stream that forgets after 24 hours.
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
      // Counts what is put into it, for an alarm within minutes; the bucket's free metrics come once a day.
      metrics: [{ id: OBJECTS_METRICS }],
      // An event's id is protected against counting twice as long as the event itself is kept: a batch must not be fed
      // through aggregation later than that.
      lifecycleRules: [{ expiration: Duration.days(configuration.usage.eventRetentionDays) }],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only Lambda writes to it, when something has failed, and only an operator reads it. A second bucket for the log ' +
        'of that would ask the same question; CloudTrail answers it where data events are switched on.',
    });
  }

  /** Only what Lambda does on the function's behalf; CDK's own S3 destination would let it delete as well. */
  bind(_mapping: IEventSourceMapping, target: IFunction): DlqDestinationConfig {
    target.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }));
    target.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [this.bucket.arnForObjects('aws/lambda/*')] }),
    );
    this.#acknowledgeObjectNames(target);
    return { destination: this.bucket.bucketArn };
  }

  /** How many batches were put into it. */
  metricBatches(options?: MetricOptions): Metric {
    return new Metric({
      namespace: 'AWS/S3',
      metricName: 'PutRequests',
      dimensionsMap: { BucketName: this.bucket.bucketName, FilterId: OBJECTS_METRICS },
      statistic: Stats.SUM,
      ...options,
    });
  }

  #acknowledgeObjectNames(target: IFunction): void {
    const resource = this.bucket.node.defaultChild;
    if (!CfnElement.isCfnElement(resource)) throw new Error('aws-cdk-lib makes a bucket in another way than it did.');
    Validations.of(target.role ?? target).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(resource)}.Arn>/aws/lambda/*]`,
      reason: "Lambda names the objects after the mapping's id, and the mapping is made only after the role's policy.",
    });
  }
}
