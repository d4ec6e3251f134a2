import { Stack, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { FailedBatches } from './failed-batches';
import { MARKETPLACE_REGION } from './marketplace-region';
import type { MarketplaceTable } from './marketplace-table';
import type { Metering } from './metering';
import type { Notices } from './notices';
import type { Registrations } from './registrations';
import type { Subscriptions } from './subscriptions';
import type { UsageEvents } from './usage-events';
import type { UsageTallies } from './usage-tallies';

/** The stages whose tables, queues, bucket and bus the commands use. */
export interface OperatorPoliciesProps {
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly usageEvents: UsageEvents;
  readonly usageTallies: UsageTallies;
  readonly hourlyUsage: MarketplaceTable<'hourlyUsage'>;
  readonly metering: Metering;
  readonly notices: Notices;
  readonly failedBatches: FailedBatches;
}

/** Lambda's prefix of failed batches. */
const BATCHES = 'aws/lambda/*';

/**
 * What `npm run ops` needs, in three managed policies that are attached to nobody. `test/flow/ops-permissions.test.ts`
 * compares them with the calls of the commands.
 */
export class OperatorPolicies extends Construct {
  /** Looks at everything but personal data. */
  readonly read: ManagedPolicy;
  /** With `read`: repairs the ledger. */
  readonly change: ManagedPolicy;
  /** With `read`: finds buyers by name, and deletes their data. */
  readonly personalData: ManagedPolicy;

  constructor(scope: Construct, id: string, props: OperatorPoliciesProps) {
    super(scope, id);
    this.read = this.#policy(
      'Read',
      'Lets an operator look at everything but personal data',
      readStatements(this, props),
    );
    this.change = this.#policy('Change', 'Lets an operator repair the ledger', changeStatements(props));
    this.personalData = this.#policy(
      'PersonalData',
      'Lets an operator find buyers by name and delete their data',
      personalDataStatements(props),
    );
    for (const policy of [this.read, this.change]) props.failedBatches.acknowledgeObjectNames(policy);
    Validations.of(this.read).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CloudWatch and CloudTrail have no resource-level scoping of what an operator reads there.',
    });
    Validations.of(this.read).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${stackArn(Stack.of(this))}]`,
      reason: "The part of a stack's ARN after its name is new when the stack is created again.",
    });
  }

  #policy(id: string, description: string, statements: PolicyStatement[]): ManagedPolicy {
    return new ManagedPolicy(this, id, { description, statements });
  }
}

/**
 * The account is the operator's own in any case. CDK Nag would write it with `::`, which older CDKs refuse in the id of an
 * acknowledgement.
 */
const stackArn = ({ stackName }: Stack) => `arn:aws:cloudformation:${MARKETPLACE_REGION}:*:stack/${stackName}/*`;

const dynamoDb = (resources: string[], ...actions: string[]) =>
  new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources });

function tablesOf({ subscriptions, usageEvents, usageTallies, hourlyUsage, notices }: OperatorPoliciesProps) {
  return {
    subscriptions: subscriptions.table,
    usageEvents: usageEvents.table,
    usageTallies: usageTallies.table,
    hourlyUsage,
    notices: notices.table,
  };
}

function readStatements(scope: Construct, props: OperatorPoliciesProps) {
  const { subscriptions, usageEvents, usageTallies, hourlyUsage, notices } = tablesOf(props);
  const { bucket } = props.failedBatches;
  const { queue, deadLetterQueue } = props.subscriptions;
  return [
    new PolicyStatement({
      actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
      resources: [stackArn(Stack.of(scope))],
    }),
    dynamoDb([subscriptions.tableArn], 'BatchGetItem', 'GetItem', 'Query', 'Scan'),
    dynamoDb([hourlyUsage.tableArn], 'GetItem', 'Query', 'Scan'),
    dynamoDb([usageEvents.tableArn], 'BatchGetItem', 'DescribeTable', 'GetItem', 'Scan'),
    dynamoDb(
      [
        usageTallies.tableArn,
        notices.tableArn,
        `${subscriptions.tableArn}/index/byAccount`,
        `${hourlyUsage.tableArn}/index/due`,
      ],
      'Query',
    ),
    new PolicyStatement({
      actions: ['sqs:GetQueueAttributes'],
      resources: [queue, deadLetterQueue, props.metering.reminderQueue].map(({ queueArn }) => queueArn),
    }),
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(BATCHES)] }),
    new PolicyStatement({
      actions: ['cloudtrail:LookupEvents', 'cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'],
      resources: ['*'],
    }),
  ];
}

function changeStatements(props: OperatorPoliciesProps) {
  const { subscriptions, usageEvents, usageTallies, hourlyUsage, notices } = tablesOf(props);
  const { queue, deadLetterQueue } = props.subscriptions;
  return [
    dynamoDb([subscriptions.tableArn, hourlyUsage.tableArn], 'PutItem', 'UpdateItem'),
    dynamoDb([usageEvents.tableArn, usageTallies.tableArn, notices.tableArn], 'PutItem'),
    // SQS asks whoever starts the move for the permissions to take from one queue and to send to the other.
    new PolicyStatement({
      actions: ['sqs:StartMessageMoveTask', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      resources: [deadLetterQueue.queueArn],
    }),
    new PolicyStatement({
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn, props.metering.reminderQueue.queueArn],
    }),
    new PolicyStatement({
      actions: ['s3:DeleteObject'],
      resources: [props.failedBatches.bucket.arnForObjects(BATCHES)],
    }),
    new PolicyStatement({ actions: ['events:PutEvents'], resources: [props.notices.bus.eventBusArn] }),
  ];
}

function personalDataStatements({ registrations: { table }, hourlyUsage }: OperatorPoliciesProps) {
  return [
    dynamoDb([table.tableArn], 'DeleteItem', 'DescribeTable', 'Scan'),
    // Without the permission to change the ledger: only the audit and the markers of erasures.
    new PolicyStatement({
      actions: ['dynamodb:PutItem'],
      resources: [hourlyUsage.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['operator#*'] } },
    }),
    new PolicyStatement({
      actions: ['dynamodb:UpdateItem'],
      resources: [hourlyUsage.tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['erased#'] } },
    }),
  ];
}
