import { DescribeRuleCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Installation, StackResource } from '../../installation/installation';
import { listQueues } from '../../stores/queues';
import { entriesOf, type AwsApi } from '../aws-api';
import type { MappingNow, QueueNow, RuleNow, SubscriptionNow } from '../checks/wiring';

const ofType = ({ resources }: Pick<Installation, 'resources'>, wanted: string): StackResource[] =>
  resources.filter(({ type }) => type === wanted);

/** A logical id without the hash that CDK adds. */
const nameOf = ({ logicalId }: StackResource) => logicalId.replace(/[0-9A-F]{8}$/, '');

/** The stack's rules, in the order of the template. */
export async function readRules(installation: Pick<Installation, 'eventBridge' | 'resources'>): Promise<RuleNow[]> {
  const { eventBridge } = installation;
  return Promise.all(
    ofType(installation, 'AWS::Events::Rule').map(async (resource): Promise<RuleNow> => {
      // A rule of another bus has the bus in its physical id.
      const [Name, EventBusName] = resource.physicalId.split('|').reverse();
      const [rule, { Targets = [] }] = await Promise.all([
        eventBridge.send(new DescribeRuleCommand({ Name, EventBusName })),
        eventBridge.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName })),
      ]);
      return {
        name: nameOf(resource),
        isEnabled: rule.State?.startsWith('ENABLED') ?? false,
        isSchedule: rule.ScheduleExpression !== undefined,
        targets: Targets.flatMap(({ Arn }) => Arn ?? []),
      };
    }),
  );
}

export async function readQueues(installation: Pick<Installation, 'sqs' | 'queueUrls'>): Promise<QueueNow[]> {
  const [queues, policies] = await Promise.all([listQueues(installation), readPolicies(installation)]);
  return queues.map(({ name, arn, sourceArn }) => ({ name, arn, sourceArn, policy: policies.get(arn) }));
}

async function readPolicies({ sqs, queueUrls }: Pick<Installation, 'sqs' | 'queueUrls'>) {
  const read = await Promise.all(
    queueUrls.map(async (QueueUrl) => {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'Policy'] });
      const { Attributes } = await sqs.send(command);
      return [Attributes?.QueueArn ?? '', Attributes?.Policy] as const;
    }),
  );
  return new Map(read);
}

const mappingAnswer = z.object({ State: z.string() });

export async function readMappings(installation: Installation, api: AwsApi): Promise<MappingNow[]> {
  return Promise.all(
    ofType(installation, 'AWS::Lambda::EventSourceMapping').map(async (resource) => {
      const answer = await api.json({
        service: 'lambda',
        host: `lambda.${installation.region}.amazonaws.com`,
        path: `/2015-03-31/event-source-mappings/${encodeURIComponent(resource.physicalId)}`,
      });
      return { name: nameOf(resource), state: mappingAnswer.parse(answer).State };
    }),
  );
}

/** The stack's subscriptions to AWS Marketplace's topics: a subscription's physical id is its ARN. */
export async function readSubscriptions(installation: Installation, api: AwsApi): Promise<SubscriptionNow[]> {
  return Promise.all(
    ofType(installation, 'AWS::SNS::Subscription').map(async (resource) => {
      const attributes = entriesOf(
        await api.query('sns', `sns.${installation.region}.amazonaws.com`, {
          Action: 'GetSubscriptionAttributes',
          Version: '2010-03-31',
          SubscriptionArn: resource.physicalId,
        }),
      );
      return {
        name: nameOf(resource),
        isConfirmed: attributes.PendingConfirmation === 'false',
        endpoint: attributes.Endpoint ?? '',
      };
    }),
  );
}
