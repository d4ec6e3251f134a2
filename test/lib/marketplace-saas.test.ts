import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { MarketplaceSaas, type MarketplaceSaasProps } from '../../lib/marketplace-saas';
import { aConfiguration, aMarketplaceSaasStack, aStack } from './synthesized';

const marketplaceStack = aMarketplaceSaasStack();
const template = Template.fromStack(marketplaceStack);

/** Changing one of these ids replaces the resource: its data stays behind in the old one. */
const STATEFUL_IDS: Record<string, string[]> = {
  'AWS::DynamoDB::Table': [
    'SaasHourlyUsage35E55283',
    'SaasNoticesTableEC1A7280',
    'SaasRegistrationsTable202812E1',
    'SaasSubscriptionsTableC7A15DA4',
    'SaasUsageEventsTableF4BC46C5',
    'SaasUsageTalliesTable9AA8E7A8',
  ],
  'AWS::Events::EventBus': ['SaasNoticesBus6AD7B19D'],
  'AWS::S3::Bucket': ['SaasFailedBatchesBucketB0665005'],
  'AWS::SNS::Topic': ['SaasObservationAlarmTopic1B23FDB5'],
  'AWS::SQS::Queue': ['SaasSubscriptionsDeadLetterQueueDDB47247', 'SaasSubscriptionsQueue72FC4884'],
};

const NAMES = /^(TableName|QueueName|FunctionName|BucketName|RoleName|LogGroupName|RuleName|ManagedPolicyName)$/;

describe('MarketplaceSaas', () => {
  it.each(Object.entries(STATEFUL_IDS))('keeps the logical ids of what holds data: %s', (type, ids) => {
    expect(Object.keys(template.findResources(type)).sort()).toEqual(ids);
  });

  it('names nothing physically, so that two of them fit into one account', () => {
    const named = Object.entries<{ Type: string; Properties: Record<string, unknown> }>(template.toJSON().Resources)
      // On these the property refers to a function; it does not name one.
      .filter(([, { Type }]) => !/^AWS::Lambda::(EventSourceMapping|Permission|EventInvokeConfig)$/.test(Type))
      .filter(([, { Properties = {} }]) => Object.keys(Properties).some((property) => NAMES.test(property)))
      .map(([id]) => id);
    expect(named).toEqual([]);
  });

  it.each([
    ['register-subscription', ['NOTICES_TABLE_NAME', 'REGISTRATIONS_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME']],
    ['complete-registration', ['NOTICES_TABLE_NAME', 'REGISTRATIONS_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME']],
    ['exchange-registration', ['REGISTRATIONS_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME']],
    ['follow-agreement', ['NOTICES_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME']],
    ['publish-notices', ['EVENT_BUS_NAME']],
    ['record-usage', ['SUBSCRIPTIONS_TABLE_NAME', 'USAGE_EVENTS_TABLE_NAME']],
    ['aggregate-usage', ['HOURLY_USAGE_TABLE_NAME', 'NOTICES_TABLE_NAME', 'USAGE_TALLIES_TABLE_NAME']],
    [
      'meter-usage',
      ['HOURLY_USAGE_TABLE_NAME', 'NOTICES_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME', 'USAGE_TALLIES_TABLE_NAME'],
    ],
  ] as const)('gives %s the environment it reads, each variable meaning what it says', (verb, names) => {
    const id = marketplaceStack.resolve(marketplaceStack.saas.functions[verb].functionName).Ref;
    const { POWERTOOLS_METRICS_NAMESPACE, ...variables } =
      template.findResources('AWS::Lambda::Function')[id]?.Properties.Environment.Variables;
    expect(POWERTOOLS_METRICS_NAMESPACE).toBe('MarketplaceSaas/Saas');
    expect(Object.keys(variables).sort()).toEqual(names);
    for (const [name, { Ref }] of Object.entries(variables as Record<string, { Ref: string }>)) {
      const noun = name
        .replace(/_(TABLE_)?NAME$/, '')
        .replaceAll('_', '')
        .toLowerCase();
      expect(Ref.toLowerCase()).toContain(noun === 'eventbus' ? 'noticesbus' : noun);
    }
  });

  it('is what it was', () => {
    expect(withoutHashes(template)).toMatchSnapshot();
  });
});

describe('in an existing stack', () => {
  const aSaas = (props: Partial<MarketplaceSaasProps> = {}) => {
    const stack = aStack();
    const saas = new MarketplaceSaas(stack, 'Saas', { configuration: aConfiguration(), ...props });
    const application = new Role(stack, 'Application', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    return { stack, saas, application };
  };
  const statementsOf = (stack: ReturnType<typeof aStack>) => {
    const [policy] = Object.values(
      Template.fromStack(stack).findResources('AWS::IAM::Policy', {
        Properties: { Roles: [{ Ref: stack.resolve((stack.node.findChild('Application') as Role).roleName).Ref }] },
      }),
    );
    return policy?.Properties.PolicyDocument.Statement;
  };

  it('lets the application report usage by signed calls of that one route', () => {
    const { stack, saas, application } = aSaas();
    saas.grantReportUsage(application);
    const [statement, ...others] = statementsOf(stack);
    expect(others).toEqual([]);
    expect(statement.Action).toBe('execute-api:Invoke');
    expect(JSON.stringify(statement.Resource)).toContain('/$default/POST/usage');
  });

  it('lets the application ask about subscriptions by signed calls of these two routes', () => {
    const { stack, saas, application } = aSaas();
    saas.grantDescribeSubscriptions(application);
    const [statement, ...others] = statementsOf(stack);
    expect([others, statement.Action, statement.Resource.length]).toEqual([[], 'execute-api:Invoke', 2]);
    expect(JSON.stringify(statement.Resource)).toContain('/$default/GET/subscriptions/*');
  });

  it('lets a sign-up page exchange codes by signed calls of that one route', () => {
    const { stack, saas, application } = aSaas();
    saas.grantExchangeRegistration(application);
    expect(JSON.stringify(statementsOf(stack)[0].Resource)).toContain('/$default/POST/registration/exchange');
  });

  it('lets an application put usage events itself, and do nothing else to the table', () => {
    const { stack, saas, application } = aSaas();
    saas.grantPutUsageEvents(application);
    expect(statementsOf(stack)).toEqual([
      { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: stack.resolve(saas.tables.usageEvents.tableArn) },
    ]);
  });

  it('fails with every problem when the configuration is wrong', () => {
    expect(() => aSaas({ configuration: aConfiguration({ products: [] }) })).toThrow(/at products/);
  });
});

/** Code changes with every edit of a function; what it is wired to does not. */
function withoutHashes(from: Template): unknown {
  return JSON.parse(JSON.stringify(from.toJSON()).replaceAll(/[0-9a-f]{64}/g, '<asset hash>'));
}
