import { Duration, Validations } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METER_USAGE } from '../lambdas/shared/contract/functions';
import type { MarketplaceFunction } from './marketplace-function';

export interface EndingRemindersProps {
  /** Sends the reminders and receives them. */
  readonly meterUsage: MarketplaceFunction<'meter-usage'>;
}

/**
 * Delayed messages from `meter-usage` to itself: the usage of an ending subscription has drained, so its unfinished hour
 * can be billed. A lost one loses nothing, because the schedule finds the ending minutes later.
 */
export class EndingReminders extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { meterUsage }: EndingRemindersProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // AWS takes usage for about an hour after the end.
      retentionPeriod: Duration.hours(1),
      visibilityTimeout: Duration.seconds(6 * METER_USAGE.timeoutSeconds),
    });
    Validations.of(this.queue).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'The schedule does the work of a lost message, so nobody needs to see dead ones.',
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'The schedule does the work of a lost message, so nobody needs to see dead ones.',
    });
    this.queue.grant(
      meterUsage,
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    );
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: meterUsage,
      eventSourceArn: this.queue.queueArn,
      batchSize: METER_USAGE.batchSize,
      // Many subscriptions may end at once, and all runs share one quota of AWS Marketplace.
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'SQS event source mappings have no failure destination.',
    });
  }
}
