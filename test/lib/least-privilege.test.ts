import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import type { FunctionName } from '../../lambdas/shared/contract/functions';
import { aMarketplaceSaasStack, propertiesOf } from './synthesized';

const stack = aMarketplaceSaasStack();
const template = Template.fromStack(stack);

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

/** Every role needs these for its log group and its traces. X-Ray has no resource-level scoping. */
const LOGS = 'Logs: CreateLogStream, PutLogEvents';
const TRACES = '*: xray:PutTelemetryRecords, xray:PutTraceSegments';
const streamOf = (table: string) => `${table}.StreamArn: DescribeStream, GetRecords, GetShardIterator, ListStreams`;
const FAILED_BATCHES = ['FailedBatchesBucket/aws/lambda/*: PutObject', 'FailedBatchesBucket: ListBucket'];

const EXPECTED: Record<FunctionName, string[]> = {
  'register-subscription': [
    '*: aws-marketplace:ResolveCustomer, xray:PutTelemetryRecords, xray:PutTraceSegments',
    'NoticesTable: PutItem',
    'RegistrationsTable: PutItem',
    'SubscriptionsTable: GetItem, PutItem, UpdateItem',
  ],
  'complete-registration': [
    TRACES,
    'NoticesTable: PutItem',
    'RegistrationsTable: GetItem, PutItem',
    'SubscriptionsTable: BatchGetItem, UpdateItem',
  ],
  'exchange-registration': [TRACES, 'RegistrationsTable: GetItem, UpdateItem', 'SubscriptionsTable: BatchGetItem'],
  'follow-agreement': [
    TRACES,
    'NoticesTable: PutItem',
    'SubscriptionsQueue: DeleteMessage, GetQueueAttributes, ReceiveMessage',
    'SubscriptionsTable: BatchGetItem, GetItem, PutItem, Query, UpdateItem',
  ],
  'refresh-entitlements': [
    '*: aws-marketplace:GetEntitlements, xray:PutTelemetryRecords, xray:PutTraceSegments',
    ...FAILED_BATCHES,
    'NoticesTable: PutItem',
    'SubscriptionsTable/index/entitlementsDue: Query',
    'SubscriptionsTable: BatchGetItem, UpdateItem',
    streamOf('SubscriptionsTable'),
  ],
  'publish-notices': [TRACES, ...FAILED_BATCHES, 'NoticesBus: PutEvents', streamOf('NoticesTable')],
  'record-usage': [TRACES, 'SubscriptionsTable: BatchGetItem', 'UsageEventsTable: PutItem'],
  'aggregate-usage': [
    TRACES,
    ...FAILED_BATCHES,
    'HourlyUsage: GetItem, PutItem, UpdateItem',
    'NoticesTable: PutItem',
    streamOf('UsageEventsTable'),
    'UsageTalliesTable: PutItem, Query',
  ],
  'meter-usage': [
    '*: aws-marketplace:BatchMeterUsage, xray:PutTelemetryRecords, xray:PutTraceSegments',
    ...FAILED_BATCHES,
    'HourlyUsage/index/due: Query',
    'HourlyUsage: GetItem, Query, UpdateItem',
    'NoticesTable: PutItem',
    'SubscriptionsTable: BatchGetItem, UpdateItem',
    streamOf('SubscriptionsTable'),
    'UsageTalliesTable: Query',
  ],
  'describe-subscription': [
    TRACES,
    'HourlyUsage: GetItem, Query',
    'SubscriptionsTable/index/byAccount: Query',
    'SubscriptionsTable: BatchGetItem',
    'UsageTalliesTable: Query',
  ],
};

describe('the role of a function', () => {
  it.each(Object.entries(EXPECTED))('allows %s exactly the actions it calls', (name, expected) => {
    const fn = stack.saas.functions[name as FunctionName];
    const grants = statementsOf(stack.resolve(fn.role?.roleName).Ref).flatMap(toGrants);
    expect(mergeByResource(grants)).toEqual([LOGS, ...expected].sort());
  });

  it('lets only Lambda assume a role, and attaches no managed policy', () => {
    for (const { ManagedPolicyArns, AssumeRolePolicyDocument } of propertiesOf(template, 'AWS::IAM::Role')) {
      expect(ManagedPolicyArns).toBeUndefined();
      expect(AssumeRolePolicyDocument.Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
    }
  });

  it('never allows deleting an item or scanning a table', () => {
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toMatch(
      /dynamodb:(\*|\w*Delete|Scan|BatchWriteItem|PartiQL)/,
    );
  });
});

function statementsOf(roleId: string): Statement[] {
  return propertiesOf(template, 'AWS::IAM::Policy')
    .filter(({ Roles }) => Roles.some((role: { Ref: string }) => role.Ref === roleId))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function toGrants({ Effect, Action, Resource, Condition }: Statement): [resource: string, action: string][] {
  expect({ Effect, Condition }).toEqual({ Effect: 'Allow', Condition: undefined });
  const resources = [Resource].flat().map(toName);
  return resources.flatMap((resource) => [Action].flat().map((action): [string, string] => [resource, action]));
}

/** `{"Fn::GetAtt": ["SaasUsageEventsTableF4BC46C5", "Arn"]}` as `UsageEventsTable`, what is joined to it kept. */
function toName(resource: unknown): string {
  if (resource === '*') return '*';
  return JSON.stringify(resource)
    .replace(/^\{"Fn::Join":\["",\[(.*)\]\]\}$/, '$1')
    .replace(/\{"Fn::GetAtt":\["Saas(\w+?)[0-9A-F]{8}","(\w+)"\]\}/, (_all, id, attribute) =>
      attribute === 'Arn' ? id : `${id}.${attribute}`,
    )
    .replace(/^\w*Logs$/, 'Logs')
    .replace(/[",]/g, '');
}

function mergeByResource(grants: [resource: string, action: string][]): string[] {
  const actions = Map.groupBy(grants, ([resource]) => resource);
  return [...actions]
    .map(
      ([resource, granted]) =>
        `${resource}: ${granted
          .map(([, action]) => shown(resource, action))
          .sort()
          .join(', ')}`,
    )
    .sort();
}

/** A named resource already tells the service. */
function shown(resource: string, action: string): string {
  return resource === '*' ? action : action.replace(/^.*:/, '');
}
