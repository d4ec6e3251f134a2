import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { mockClient } from 'aws-sdk-client-mock';
import type { Ops } from '../../../ops/command';
import type { StackResource } from '../../../ops/installation/installation';
import { anOperatorsOps } from '../redrive/an-operators-ops';

const ACCOUNT = '111122223333';
export const NOW = '2026-11-28T12:00:00.000Z';
const QUEUE_URL = `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/Queue`;

/** What AWS answers to each request of doctor, by the action that its permission is called. */
export interface Answers {
  'sts:GetCallerIdentity': string;
  'cloudformation:GetTemplate': string;
  'lambda:GetAccountSettings': object;
  'lambda:GetEventSourceMapping': object;
  'iam:SimulatePrincipalPolicy': string;
  'sns:GetTopicAttributes': string;
  'sns:GetSubscriptionAttributes': string;
  'aws-marketplace:DescribeEntity': object;
  'aws-marketplace:ListEntities': object;
}
type Action = keyof Answers;

const entries = (map: Record<string, string>) =>
  Object.entries(map).map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`);

const WELL: Answers = {
  'sts:GetCallerIdentity': `<R><Account>${ACCOUNT}</Account></R>`,
  'cloudformation:GetTemplate': '<R><TemplateBody>{"Resources":{}}</TemplateBody></R>',
  'lambda:GetAccountSettings': { AccountLimit: { UnreservedConcurrentExecutions: 900 } },
  'lambda:GetEventSourceMapping': { State: 'Enabled' },
  'iam:SimulatePrincipalPolicy': '<R><EvalDecision>allowed</EvalDecision></R>',
  'sns:GetTopicAttributes': `<R>${entries({ SubscriptionsConfirmed: '1', SubscriptionsPending: '0' }).join('')}</R>`,
  'sns:GetSubscriptionAttributes': `<R>${entries({ PendingConfirmation: 'false', Endpoint: 'arn:q' }).join('')}</R>`,
  'aws-marketplace:DescribeEntity': {
    EntityArn: `arn:aws:aws-marketplace:us-east-1:${ACCOUNT}:AWSMarketplace/SaaSProduct/prod-a`,
    EntityIdentifier: 'prod-a@3',
    Details: JSON.stringify({
      Description: { ProductCode: 'code' },
      Dimensions: [{ Key: 'events', Types: ['Metered', 'ExternallyMetered'] }],
    }),
  },
  'aws-marketplace:ListEntities': { EntitySummaryList: [{ EntityId: 'prod-a' }], NextToken: null },
};

const RESOURCES: StackResource[] = [
  { logicalId: 'EventsAAAAAAAA', type: 'AWS::Events::Rule', physicalId: 'events' },
  { logicalId: 'MappingAAAAAAAA', type: 'AWS::Lambda::EventSourceMapping', physicalId: 'uuid' },
  { logicalId: 'TopicAAAAAAAA', type: 'AWS::SNS::Subscription', physicalId: 'arn:subscription' },
  ...['RegisterSubscription', 'MeterUsage', 'RefreshEntitlements'].map((name) => ({
    logicalId: `Saas${name}Role1234ABCD`,
    type: 'AWS::IAM::Role',
    physicalId: `role-${name}`,
  })),
];

export interface AccountOptions {
  /** What the credentials may not do. */
  denied?: readonly Action[];
  /** What is not well. */
  answers?: Partial<Answers>;
  awsTime?: string;
  /** Whether the configuration names the product's id. @default true */
  hasProductId?: boolean;
}

/** An account with a deployed stack. */
export async function anAwsAccount({
  denied = [],
  answers = {},
  awsTime = NOW,
  hasProductId = true,
}: AccountOptions = {}): Promise<{ ops: Ops; asked: string[] }> {
  const named = { productCode: 'code', name: 'A product', ...(hasProductId && { productId: 'prod-a' }) };
  const product = { ...named, identityMode: 'legacy' as const };
  const dimensions = [{ apiName: 'events', unit: 'event' }];
  const products = [{ ...product, pricingModel: 'subscription' as const, dimensions }];
  const ops = await anOperatorsOps({ products, support: { email: 'a@example.com' } }, Date.parse(NOW));
  const options = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const [eventBridge, sqs, s3] = [new EventBridgeClient(options), new SQSClient(options), new S3Client(options)];
  mockClient(eventBridge)
    .rejects(new Error('unexpected call'))
    .on(DescribeRuleCommand)
    .resolves({ State: 'ENABLED' })
    .on(ListTargetsByRuleCommand)
    .resolves({ Targets: [{ Id: 'Target0', Arn: 'arn:q' }] });
  const allow = (Service: string) => ({ Effect: 'Allow', Principal: { Service }, Action: 'sqs:SendMessage' });
  const Policy = JSON.stringify({ Statement: [allow('events.amazonaws.com'), allow('sns.amazonaws.com')] });
  const counts = { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' };
  mockClient(sqs)
    .rejects(new Error('unexpected call'))
    .on(GetQueueAttributesCommand, { QueueUrl: QUEUE_URL })
    .resolves({
      Attributes: { ...counts, QueueArn: 'arn:q', Policy, RedrivePolicy: '{"deadLetterTargetArn":"arn:dead"}' },
    })
    .on(GetQueueAttributesCommand, { QueueUrl: `${QUEUE_URL}Dead` })
    .resolves({ Attributes: { ...counts, QueueArn: 'arn:dead' } });
  mockClient(s3).onAnyCommand().resolves({});
  const asked: string[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = input instanceof Request ? input : new Request(input, init);
    return answerOf(request, { asked, denied, awsTime, answers: { ...WELL, ...answers } });
  });
  Object.assign(ops.installation, {
    stack: 'MarketplaceSaas',
    eventBridge,
    sqs,
    s3,
    queueUrls: [QUEUE_URL, `${QUEUE_URL}Dead`],
    resources: RESOURCES,
    outputs: { RegistrationUrl: 'https://e.example/register', AlarmTopicArn: 'arn:topic' },
  });
  return { ops, asked };
}

interface Account {
  asked: string[];
  denied: readonly Action[];
  awsTime: string;
  answers: Answers;
}

async function answerOf(request: Request, { asked, denied, awsTime, answers }: Account): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  if (hostname === 'e.example')
    return new Response('', {
      status: request.method === 'POST' ? 400 : 200,
      headers: { 'content-type': 'text/html' },
    });
  if (!request.headers.get('authorization')?.startsWith('AWS4-HMAC-SHA256')) throw new Error('unsigned');
  const body = await request.text();
  const action = actionOf(hostname, pathname, body);
  asked.push(action);
  const headers = { date: new Date(awsTime).toUTCString() };
  // The first page of a list may be empty.
  const isFirstPage = action === 'aws-marketplace:ListEntities' && !body.includes('NextToken');
  const found = Object.entries(answers).find(([name]) => name === action)?.[1];
  const answer = isFirstPage ? { EntitySummaryList: [], NextToken: 'more' } : found;
  const isXml = typeof answer === 'string';
  if (denied.some((each) => each === action)) {
    const xml = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';
    if (isXml) return new Response(xml, { status: 403, headers });
    const type = { 'x-amzn-errortype': 'AccessDeniedException:http://internal.amazon.com/' };
    return new Response('{"Message":"no"}', { status: 403, headers: { ...headers, ...type } });
  }
  return new Response(isXml ? answer : JSON.stringify(answer), { headers });
}

function actionOf(hostname: string, pathname: string, body: string): string {
  if (pathname.includes('/event-source-mappings/')) return 'lambda:GetEventSourceMapping';
  if (pathname.endsWith('/account-settings')) return 'lambda:GetAccountSettings';
  if (hostname.startsWith('catalog.marketplace.')) return `aws-marketplace:${pathname.slice(1)}`;
  return `${hostname.split('.')[0]}:${new URLSearchParams(body).get('Action')}`;
}
