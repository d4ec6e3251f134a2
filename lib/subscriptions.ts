import { Duration, Validations } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FUNCTIONS } from '../lambdas/shared/contract/functions';
import { MarketplaceFunction, type FunctionSettings } from './marketplace-function';
import { MarketplaceTable } from './marketplace-table';
import { MarketplaceTopics } from './marketplace-topics';

const { timeoutSeconds, batchSize } = FUNCTIONS['follow-agreement'];

/** AWS Marketplace's events about licences, agreements, and payments. AWS names the receiver in a suffix. */
const DETAIL_TYPES = ['License ', 'Purchase Agreement ', 'Agreement Cancellation Request ', 'Spend Threshold '];

export interface SubscriptionsProps {
  readonly settings: FunctionSettings;
  readonly notices: MarketplaceTable<'notices'>;
}

/** Tracks licences, agreements and customers by AWS Marketplace's events. A queue makes sure that none is lost. */
export class Subscriptions extends Construct {
  readonly table: MarketplaceTable<'subscriptions'>;
  readonly followAgreement: MarketplaceFunction<'follow-agreement'>;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { settings, notices }: SubscriptionsProps) {
    super(scope, id);
    this.table = new MarketplaceTable(this, 'Table', { design: 'subscriptions' });

    this.deadLetterQueue = this.#queue('DeadLetterQueue');
    Validations.of(this.deadLetterQueue).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'This is a dead-letter queue: its messages wait for an operator.',
    });
    this.queue = this.#queue('Queue', this.deadLetterQueue);
    new Rule(this, 'AgreementEvents', {
      description: 'Events about licences and agreements from AWS Marketplace',
      eventPattern: {
        source: ['aws.agreement-marketplace'],
        detailType: Match.anyOf(...DETAIL_TYPES.map((prefix) => Match.prefix(prefix))),
      },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetterQueue })],
    });

    const { configuration } = settings;
    const { queue, deadLetterQueue } = this;
    new MarketplaceTopics(this, 'Topics', { configuration, queue, deadLetterQueue });

    this.followAgreement = new MarketplaceFunction(this, 'FollowAgreement', {
      ...settings,
      name: 'follow-agreement',
    });
    this.followAgreement.addVariables({
      SUBSCRIPTIONS_TABLE_NAME: this.table.grantActions(
        this.followAgreement,
        'BatchGetItem',
        'GetItem',
        'PutItem',
        'Query',
        'UpdateItem',
      ),
      NOTICES_TABLE_NAME: notices.grantActions(this.followAgreement, 'PutItem'),
    });
    this.queue.grant(this.followAgreement, 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage');
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: this.followAgreement,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'SQS event source mappings have no failure destination: failed messages go to the dead-letter queue.',
    });
  }

  #queue(id: string, deadLetterQueue?: Queue): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // AWS recommends six times the function's timeout, so that no message reappears while it is being processed.
      visibilityTimeout: Duration.seconds(6 * timeoutSeconds),
      // Ten attempts, three minutes apart, outlast a failure of half an hour.
      deadLetterQueue: deadLetterQueue && { queue: deadLetterQueue, maxReceiveCount: 10 },
    });
  }
}
